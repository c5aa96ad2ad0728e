//! How many calls are let through, who is counted together, and what a caller who is one too many is told.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
};
use kit::{Answer, Kit, desk_request};
use postern_portal::{Limits, Rate, Running, Sizes, TrustedProxies};
use postern_protocol::error_code::ErrorCode;
use serde_json::json;
use tower::ServiceExt;

/// The portal of a test, started with other limits.
struct Limited {
    kit: Kit,
    running: Running,
}

impl Limited {
    async fn to(limits: Limits) -> Self {
        let mut kit = Kit::new().await;
        kit.portal = kit.portal.with_limits(limits);
        let running = kit.portal.start(None).await.unwrap();
        kit.router = running.router(Router::new());
        Self { kit, running }
    }

    async fn limited_calls(&self) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = Answer::of(self.running.metrics().oneshot(request).await.unwrap()).await;
        let text = String::from_utf8(answer.body).unwrap();
        text.lines().filter(|line| line.starts_with("postern_limited_total")).collect::<Vec<_>>().join(" ")
    }
}

fn off() -> Limits {
    Limits::default().without_rates()
}

/// One call in the long run takes more than an hour to come back.
fn only(calls: u32) -> Rate {
    Rate::limited(1, calls)
}

#[track_caller]
fn assert_too_many(answer: &Answer) {
    assert_eq!(answer.code(), ErrorCode::TooManyRequests);
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_link_that_calls_too_often_is_told_when_to_come_back_and_no_other_link_is_concerned() {
    let Limited { mut kit, running } = Limited::to(Limits { link: only(5), ..off() }).await;
    let (one, other) = (kit.send().await, kit.send().await);
    for _ in 0..5 {
        assert_eq!(kit.look(&one).await.status, StatusCode::OK);
    }
    let before = kit.dump().await;
    assert_too_many(&kit.look(&one).await);
    assert_too_many(&kit.post("session/end", &one.header().replace("Link", "Session"), &json!({})).await);
    assert_eq!(kit.dump().await, before);
    assert_eq!(kit.look(&other).await.status, StatusCode::OK);
    let limited = Limited { kit, running }.limited_calls().await;
    assert_eq!(limited, "postern_limited_total{limit=\"link\"} 2");
}

#[tokio::test]
async fn a_desk_is_counted_by_its_own_calls_alone() {
    let Limited { mut kit, .. } = Limited::to(Limits { desk: only(3), ..off() }).await;
    // Who is not the desk cannot use up what it has.
    for _ in 0..10 {
        let answer = kit.call(desk_request(Method::GET, "feed?after=0", "nonsense", Vec::new())).await;
        assert_eq!(answer.code(), ErrorCode::DeskTokenRefused);
    }
    for _ in 0..3 {
        kit.feed(0).await;
    }
    let path = "/api/v1/desk/feed?after=0&wait=0";
    let token = kit.token(&Method::GET, path, b"");
    let request = desk_request(Method::GET, "feed?after=0&wait=0", &token, Vec::new());
    assert_too_many(&kit.call(request).await);
}

#[tokio::test]
async fn a_flood_on_one_clinics_host_leaves_the_other_clinics_and_its_own_desk_alone() {
    let Limited { mut kit, .. } = Limited::to(Limits { clinic: only(5), ..off() }).await;
    let sent = kit.send().await;
    for _ in 0..5 {
        kit.look(&sent).await;
    }
    assert_too_many(&kit.look(&sent).await);
    kit.feed(0).await;
    let elm = kit.enrol("elm").await;
    kit.oak.host = elm.host;
    let answer = kit.look(&sent).await;
    assert_eq!(answer.code(), ErrorCode::LinkUnknown, "another host is counted for itself");
}

#[tokio::test]
async fn callers_behind_a_trusted_proxy_are_told_apart_by_its_word_and_nobody_else_is_believed() {
    let proxies =
        TrustedProxies { networks: vec!["127.0.0.1/32".parse().unwrap()], ..TrustedProxies::default() };
    let limits = Limits { address: only(3), proxies, ..off() };
    let Limited { kit, running } = Limited::to(limits).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { running.serve(listener, Router::new(), std::future::pending()).await });
    let ask = async |from: &str| kit::http::get(address, "/m", &[("x-forwarded-for", from)]).await;
    for _ in 0..3 {
        assert!(ask("198.51.100.1").await.starts_with("HTTP/1.1 404"), "there is no app to serve");
    }
    let refused = ask("198.51.100.1").await;
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("retry-after: 1"), "{refused}");
    assert!(
        ask("192.0.2.9, 198.51.100.1").await.starts_with("HTTP/1.1 429"),
        "what stands before is not believed"
    );
    assert!(ask("198.51.100.2").await.starts_with("HTTP/1.1 404"));
    for _ in 0..3 {
        assert!(ask("2001:db8::1").await.starts_with("HTTP/1.1 404"));
    }
    assert!(ask("2001:db8::2:1").await.starts_with("HTTP/1.1 429"), "one household");
    let health = kit::http::get(address, "/healthz", &[("x-forwarded-for", "198.51.100.1")]).await;
    assert!(health.starts_with("HTTP/1.1 200"), "who watches is never refused");
    drop(kit);
}

#[tokio::test]
async fn as_many_calls_as_there_are_places_and_the_next_is_asked_to_come_again() {
    let sizes = Sizes { calls: 0, ..Sizes::default() };
    let limited = Limited::to(Limits { sizes, ..off() }).await;
    let answer = limited.kit.post("link/open", "Link a.b", &json!({})).await;
    assert_eq!(answer.code(), ErrorCode::Unavailable);
    assert_eq!(answer.header("retry-after"), "5");
    let ready = Request::get("/readyz").body(Body::empty()).unwrap();
    assert_eq!(limited.kit.call(ready).await.status, StatusCode::OK);
    assert_eq!(limited.limited_calls().await, "postern_limited_total{limit=\"room\"} 1");
}

#[tokio::test]
async fn a_large_body_needs_a_place_among_the_large_and_a_small_one_does_not() {
    let sizes = Sizes { large_calls: 0, ..Sizes::default() };
    let Limited { kit, .. } = Limited::to(Limits { sizes, ..off() }).await;
    let path = "records/01890a5d-ac96-774b-bcce-b302099a8057";
    for (length, code) in [
        (Some("65536"), ErrorCode::AuthorizationMissing),
        (Some("65537"), ErrorCode::Unavailable),
        (None, ErrorCode::Unavailable),
    ] {
        let mut request = kit.app_request(Method::PUT, path, "", &json!({}));
        if let Some(length) = length {
            request.headers_mut().insert("content-length", length.parse().unwrap());
        }
        assert_eq!(kit.call(request).await.code(), code, "{length:?}");
    }
}

#[tokio::test]
async fn a_desk_that_waits_four_times_waits_no_fifth_time() {
    let Limited { mut kit, .. } = Limited::to(off()).await;
    let mut waiting = Vec::new();
    for _ in 0..4 {
        let token = kit.token(&Method::GET, "/api/v1/desk/feed?after=0&wait=30", b"");
        let request = desk_request(Method::GET, "feed?after=0&wait=30", &token, Vec::new());
        waiting.push(tokio::spawn(kit.router.clone().oneshot(request)));
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let ask = |kit: &mut Kit| {
        let token = kit.token(&Method::GET, "/api/v1/desk/feed?after=0&wait=0", b"");
        desk_request(Method::GET, "feed?after=0&wait=0", &token, Vec::new())
    };
    let request = ask(&mut kit);
    assert_eq!(kit.call(request).await.code(), ErrorCode::TooManyRequests);
    // One that is cut off makes room.
    waiting.pop().unwrap().abort();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let request = ask(&mut kit);
    assert_eq!(kit.call(request).await.status, StatusCode::OK);
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn with_the_limits_as_they_come_a_patient_who_waits_and_answers_meets_none() {
    let Limited { mut kit, .. } = Limited::to(Limits::default()).await;
    let sent = kit.send().await;
    for seed in 0..3 {
        assert_eq!(kit.look(&sent).await.status, StatusCode::OK);
        kit.type_wrong(&sent, seed).await;
    }
    let opened = kit.open(&sent, 9).await;
    kit.put_answer(&sent, &opened).await;
    // The open page asks every eight seconds: a quarter of an hour at once.
    for _ in 0..100 {
        assert_eq!(kit.look(&sent).await.status, StatusCode::OK);
    }
}
