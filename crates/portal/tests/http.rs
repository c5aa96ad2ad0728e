//! What holds for every call: headers, refusals, limits.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
    routing::get,
};
use kit::{Answer, HOST, Kit};
use postern_protocol::error_code::ErrorCode;
use serde_json::json;
use tower::ServiceExt;

const HARD: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
];

#[track_caller]
fn assert_hard(answer: &Answer) {
    for (name, value) in HARD {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("permissions-policy").contains("geolocation=()"));
    for name in ["set-cookie", "access-control-allow-origin", "server"] {
        assert_eq!(answer.header(name), "", "{name}");
    }
}

fn bare(method: Method, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).header(header::HOST, HOST).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_hold() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let answers = [
        kit.look(&sent).await,
        kit.type_wrong(&sent, 1).await,
        kit.post("link/open", "", &json!({})).await,
        kit.post("nothing/here", "", &json!({})).await,
        kit.call(bare(Method::DELETE, "/api/v1/link/open")).await,
        kit.call(bare(Method::GET, "/healthz")).await,
        kit.call(bare(Method::GET, "/readyz")).await,
        kit.call(bare(Method::GET, "/.well-known/jwks.json")).await,
        kit.call(bare(Method::GET, "/")).await,
    ];
    for answer in &answers {
        assert_hard(answer);
    }
    assert_eq!(answers[5].status, StatusCode::OK);
    assert_eq!(answers[6].status, StatusCode::OK);
}

#[tokio::test]
async fn what_leads_nowhere_or_has_another_method_is_a_problem_document() {
    let kit = Kit::new().await;
    for path in ["/api/v1/nothing", "/api/v2/link/open", "/assets/nothing.js", "/.well-known/nothing"] {
        assert_eq!(kit.call(bare(Method::GET, path)).await.code(), ErrorCode::NotFound, "{path}");
    }
    for path in ["/api/v1/link/open", "/api/v1/desk/sync", "/m"] {
        let answer = kit.call(bare(Method::DELETE, path)).await;
        assert_eq!(answer.code(), ErrorCode::MethodNotAllowed, "{path}");
    }
}

#[tokio::test]
async fn a_call_from_another_site_is_refused() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    for (site, fits) in [("same-origin", true), ("same-site", false), ("cross-site", false), ("none", false)]
    {
        let mut request = kit.app_request(Method::POST, "link/open", &sent.header(), &json!({}));
        request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
        let answer = kit.call(request).await;
        assert_eq!(answer.status.is_success(), fits, "{site}");
        if !fits {
            assert_eq!(answer.code(), ErrorCode::CrossSite);
        }
    }
    let mut request = kit.app_request(Method::POST, "link/open", &sent.header(), &json!({}));
    request.headers_mut().remove("sec-fetch-site");
    assert_eq!(kit.call(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    for kind in
        ["text/plain", "application/json; charset=utf-8", "application/JSON", "multipart/form-data", ""]
    {
        let mut request = kit.app_request(Method::POST, "link/open", &sent.header(), &json!({}));
        request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
        assert_eq!(kit.call(request).await.code(), ErrorCode::UnsupportedMediaType, "{kind}");
    }
    let mut request = kit.app_request(Method::POST, "link/open", &sent.header(), &json!({}));
    *request.body_mut() = Body::from("{");
    assert_eq!(kit.call(request).await.code(), ErrorCode::MalformedBody);
}

#[tokio::test]
async fn a_body_above_64_kib_is_refused_where_nothing_sealed_is_carried() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let long = json!({ "jws": "A".repeat(64 * 1024) });
    let answer = kit.post("link/records", &sent.header(), &long).await;
    assert_eq!(answer.code(), ErrorCode::BodyTooLarge);
}

#[tokio::test]
async fn two_authorizations_are_none() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let mut request = kit.app_request(Method::POST, "link/open", &sent.header(), &json!({}));
    request.headers_mut().append(header::AUTHORIZATION, sent.header().parse().unwrap());
    assert_eq!(kit.call(request).await.code(), ErrorCode::AuthorizationMissing);
}

#[tokio::test]
async fn a_panic_is_an_internal_problem_and_the_next_call_is_served() {
    async fn fall() -> &'static str {
        panic!("with words that hold data")
    }
    let kit = Kit::new().await;
    let router = kit.running.router(Router::new().route("/fall", get(fall)));
    let answer = Answer::of(router.clone().oneshot(bare(Method::GET, "/fall")).await.unwrap()).await;
    assert_eq!(answer.code(), ErrorCode::Internal);
    assert!(!String::from_utf8_lossy(&answer.body).contains("words"));
    assert_hard(&answer);
    let answer = Answer::of(router.oneshot(bare(Method::GET, "/healthz")).await.unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn the_key_set_names_every_key_a_receipt_may_carry() {
    let kit = Kit::new().await;
    let set: serde_json::Value = kit.call(bare(Method::GET, "/.well-known/jwks.json")).await.json();
    let kids: Vec<_> = set["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect();
    let pinned: Vec<_> = kit.oak.pin.keys.iter().map(|key| json!(key.thumbprint())).collect();
    assert_eq!(kids, pinned);
    assert!(set["keys"].as_array().unwrap().iter().all(|key| key.get("d").is_none()));
}
