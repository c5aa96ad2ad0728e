//! Promise 3, the portal's part: GET, HEAD and `link/open` change nothing and raise no event.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use kit::{HOST, Kit};

#[tokio::test]
async fn promise_3_looking_changes_nothing_in_any_table() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let locked = kit.send().await;
    for seed in 0..11 {
        kit.type_wrong(&locked, seed).await;
    }
    let before = kit.dump().await;
    assert!(before.values().map(Vec::len).sum::<usize>() > 20);
    let lid = sent.lid.to_text();
    let paths = [
        "/".to_owned(),
        "/m".to_owned(),
        "/nothing".to_owned(),
        "/assets/app.js".to_owned(),
        "/.well-known/jwks.json".to_owned(),
        "/healthz".to_owned(),
        "/readyz".to_owned(),
        "/api/v1/link/open".to_owned(),
        "/api/v1/link/records".to_owned(),
        "/api/v1/verify/start".to_owned(),
        "/api/v1/verify/finish".to_owned(),
        format!("/api/v1/records/{lid}"),
        "/api/v1/session/seen".to_owned(),
        "/api/v1/session/messages".to_owned(),
        "/api/v1/session/end".to_owned(),
        format!("/api/v1/desk/links/{lid}"),
        format!("/api/v1/desk/links/{lid}/recall"),
        "/api/v1/desk/feed?after=99&wait=0".to_owned(),
    ];
    for path in &paths {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            for authorization in [sent.header(), String::new()] {
                let request = Request::builder()
                    .method(method.clone())
                    .uri(path)
                    .header(header::HOST, HOST)
                    .header(header::AUTHORIZATION, authorization);
                kit.call(request.body(Body::empty()).unwrap()).await;
            }
        }
    }
    for link in [&sent, &locked] {
        for _ in 0..3 {
            assert!(kit.look(link).await.status.is_success());
        }
    }
    kit.sweep().await;
    assert_eq!(kit.dump().await, before);
    kit.type_wrong(&sent, 99).await;
    assert_ne!(kit.dump().await, before, "the comparison sees a change");
}
