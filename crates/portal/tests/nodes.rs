//! Two portals side by side on one store: nodes keep no state of their own.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use kit::{Answer, Kit, Node, Sent, Typed, birth_date, desk_request, files, on_both_engines};
use postern_protocol::wire::{desk_feed::FeedPage, desk_links::LinkStatus, verify::FinishResponse};
use serde_json::json;
use std::time::Duration;
use tokio::{task::JoinSet, time::timeout};
use tower::ServiceExt;

async fn call(router: &Router, request: Request<Body>) -> Answer {
    Answer::of(router.clone().oneshot(request).await.unwrap()).await
}

fn wrong(kit: &Kit, sent: &Sent, seed: u64) -> Request<Body> {
    let typed = Typed::new(kit, sent, &birth_date(1950, 1, 1), 1, seed);
    kit.app_request(Method::POST, "verify/start", &sent.header(), &typed.request)
}

on_both_engines!(
    two_nodes_share_one_budget
    a_login_started_at_one_node_is_finished_at_the_other
    a_desk_that_waits_at_one_node_hears_what_came_to_the_other
);

async fn two_nodes_share_one_budget(mut kit: Kit) {
    let sent = kit.send().await;
    let node = Node::beside(&kit).await;
    let mut calls = JoinSet::new();
    for seed in 0..100 {
        let router = if seed % 2 == 0 { kit.router.clone() } else { node.router.clone() };
        let request = wrong(&kit, &sent, seed);
        calls.spawn(async move { call(&router, request).await.status.is_success() });
    }
    let through = calls.join_all().await.into_iter().filter(|through| *through).count();
    assert_eq!(through, 10);
}

async fn a_login_started_at_one_node_is_finished_at_the_other(mut kit: Kit) {
    let sent = kit.send().await;
    let node = Node::beside(&kit).await;
    let (finish, _) = kit.prove(&sent, 1, 7).await;
    let request = kit.app_request(Method::POST, "verify/finish", &sent.header(), &finish);
    let _: FinishResponse = node.call(request).await.json();
    assert_eq!(kit.tries_left(&sent).await, 10);
}

async fn a_desk_that_waits_at_one_node_hears_what_came_to_the_other(mut kit: Kit) {
    let sent = kit.send().await;
    let node = Node::beside(&kit).await;
    let path = "feed?after=0&wait=30";
    let token = kit.token(&Method::GET, &format!("/api/v1/desk/{path}"), b"");
    let router = node.router.clone();
    let waiting =
        tokio::spawn(async move { call(&router, desk_request(Method::GET, path, &token, Vec::new())).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!waiting.is_finished());
    kit.type_wrong(&sent, 1).await;
    let answer = timeout(Duration::from_secs(3), waiting).await.unwrap().unwrap();
    assert_eq!(answer.json::<FeedPage>().events.len(), 1);
}

#[tokio::test]
async fn a_recall_at_one_node_destroys_the_key_while_the_other_holds_the_store_open() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let node = Node::beside(&kit).await;
    assert!(node.call(wrong(&kit, &sent, 1)).await.status.is_success());
    let select = "SELECT key FROM link_keys WHERE lid = ?1";
    let key = kit.column("link-keys.sqlite", select, &sent.lid.0).await.unwrap();
    assert!(!files::holding(kit.folder.path(), &key).is_empty());
    let _: LinkStatus = kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await.json();
    assert_eq!(files::holding(kit.folder.path(), &key), Vec::<String>::new());
    assert_eq!(node.call(wrong(&kit, &sent, 2)).await.status, 410);
}
