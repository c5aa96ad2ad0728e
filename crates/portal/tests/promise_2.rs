//! Promise 2: ten wrong tries on a link, fifteen after its one unlock, counted before the answer leaves, also under a
//! thousand parallel requests, on a database in a file with several connections and on a server.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::http::Method;
use kit::{Kit, Typed, birth_date, on_both_engines};
use postern_protocol::{
    error_code::ErrorCode,
    wire::verify::{FinishRequest, FinishResponse, StartRequest, StartResponse},
};
use serde_json::json;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Sends all of them at once; gives how many got a KE2.
async fn rush(kit: &Kit, sent: &kit::Sent, requests: Vec<StartRequest>) -> usize {
    let mut calls = JoinSet::new();
    for request in requests {
        let (router, request) =
            (kit.router.clone(), kit.app_request(Method::POST, "verify/start", &sent.header(), &request));
        calls.spawn(async move { kit::Answer::of(router.oneshot(request).await.unwrap()).await });
    }
    let mut through = 0;
    while let Some(answer) = calls.join_next().await {
        let answer = answer.unwrap();
        if answer.status.is_success() {
            assert_eq!(answer.json::<StartResponse>().ke2.0.len(), 259);
            through += 1;
        } else {
            assert_eq!(answer.code(), ErrorCode::LinkLocked);
        }
    }
    through
}

fn wrong_dates(kit: &Kit, sent: &kit::Sent, seeds: std::ops::Range<u64>) -> Vec<StartRequest> {
    let date = |seed: u64| birth_date(1900 + u16::try_from(seed % 80).unwrap(), 1, 1);
    seeds.map(|seed| Typed::new(kit, sent, &date(seed), 1, seed).request).collect()
}

on_both_engines!(
    promise_2_a_thousand_parallel_starts_let_exactly_the_budget_through
    promise_2_a_dropped_ke3_dodges_no_count
    promise_2_a_repeated_ke1_teaches_nothing_new
    promise_2_another_slots_answer_does_not_finish_a_login
    promise_2_a_refund_is_for_its_own_row_once
    promise_2_parallel_finishes_of_one_login_give_back_one_try
    promise_2_a_restart_forgets_no_try
);

async fn promise_2_a_thousand_parallel_starts_let_exactly_the_budget_through(mut kit: Kit) {
    let sent = kit.send().await;
    let requests = wrong_dates(&kit, &sent, 0..1000);
    assert_eq!(rush(&kit, &sent, requests).await, 10);
    kit.pass(121);
    kit.sweep().await;
    let requests = wrong_dates(&kit, &sent, 1000..1100);
    assert_eq!(rush(&kit, &sent, requests).await, 0);
    kit.desk(Method::POST, &sent.path("/unlock"), &json!({})).await;
    let requests = wrong_dates(&kit, &sent, 2000..2200);
    assert_eq!(rush(&kit, &sent, requests).await, 5);
    let told = kit.told().await;
    assert_eq!(told.iter().filter(|what| *what == "opened").count(), 1);
    assert_eq!(told.iter().filter(|what| *what == "wrong-try").count(), 10);
    assert_eq!(told.iter().filter(|what| *what == "locked").count(), 2);
}

async fn promise_2_a_dropped_ke3_dodges_no_count(mut kit: Kit) {
    let sent = kit.send().await;
    for seed in 0..10 {
        // Right or wrong is known from KE2; nothing more is sent.
        kit.prove(&sent, 1, seed).await;
    }
    assert_eq!(kit.type_wrong(&sent, 10).await.code(), ErrorCode::LinkLocked);
}

async fn promise_2_a_repeated_ke1_teaches_nothing_new(mut kit: Kit) {
    let sent = kit.send().await;
    let typed = Typed::new(&kit, &sent, &birth_date(1950, 1, 1), 1, 1);
    let first: StartResponse = kit.start(&sent, &typed.request).await.json();
    for _ in 0..20 {
        let again: StartResponse = kit.start(&sent, &typed.request).await.json();
        assert_eq!(again, first);
    }
    assert_eq!(kit.tries_left(&sent).await, 9);
    // The same message for another slot is another login under another key, and another try.
    kit.evaluate(&sent, 2).await;
    let mut second = sent;
    kit.register(&mut second, 3).await;
    let other = StartRequest { slot: 3, ..typed.request.clone() };
    let other: StartResponse = kit.start(&second, &other).await.json();
    assert_ne!(other.ke2, first.ke2);
    assert_eq!(kit.tries_left(&second).await, 8);
}

async fn promise_2_another_slots_answer_does_not_finish_a_login(mut kit: Kit) {
    let mut sent = kit.send().await;
    kit.register(&mut sent, 2).await;
    let (one, _) = kit.prove(&sent, 1, 1).await;
    let (two, _) = kit.prove(&sent, 2, 2).await;
    let crossed = FinishRequest { login: one.login, ke3: two.ke3.clone() };
    assert_eq!(kit.finish(&sent, &crossed).await.code(), ErrorCode::VerificationFailed);
    assert_eq!(kit.tries_left(&sent).await, 8);
    let _: FinishResponse = kit.finish(&sent, &two).await.json();
    assert_eq!(kit.tries_left(&sent).await, 9);
}

async fn promise_2_a_refund_is_for_its_own_row_once(mut kit: Kit) {
    let sent = kit.send().await;
    for seed in 0..5 {
        kit.type_wrong(&sent, seed).await;
    }
    let opened = kit.open(&sent, 9).await;
    for _ in 0..5 {
        let _: FinishResponse = kit.finish(&sent, &opened.finish).await.json();
    }
    assert_eq!(kit.tries_left(&sent).await, 5);
    // A lapsed row brings nothing back, however right its proof.
    let (late, _) = kit.prove(&sent, 1, 10).await;
    kit.pass(120);
    assert_eq!(kit.finish(&sent, &late).await.code(), ErrorCode::LoginUnknown);
    assert_eq!(kit.tries_left(&sent).await, 4);
}

async fn promise_2_parallel_finishes_of_one_login_give_back_one_try(mut kit: Kit) {
    let sent = kit.send().await;
    for seed in 0..5 {
        kit.type_wrong(&sent, seed).await;
    }
    let (finish, _) = kit.prove(&sent, 1, 9).await;
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let request = kit.app_request(Method::POST, "verify/finish", &sent.header(), &finish);
        let router = kit.router.clone();
        calls.spawn(async move { kit::Answer::of(router.oneshot(request).await.unwrap()).await });
    }
    while let Some(answer) = calls.join_next().await {
        let _: FinishResponse = answer.unwrap().json();
    }
    assert_eq!(kit.tries_left(&sent).await, 5);
    assert_eq!(kit.told().await.iter().filter(|what| *what == "verified").count(), 1);
}

async fn promise_2_a_restart_forgets_no_try(mut kit: Kit) {
    let sent = kit.send().await;
    for seed in 0..10 {
        kit.type_wrong(&sent, seed).await;
    }
    kit.restart().await;
    assert_eq!(kit.type_wrong(&sent, 10).await.code(), ErrorCode::LinkLocked);
}
