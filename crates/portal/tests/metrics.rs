//! What the metrics' own listener tells, and that it tells of nobody.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{body::Body, http::Request};
use kit::{HOST, Kit};
use std::collections::BTreeSet;

/// A portal on which most things have happened.
async fn busy() -> (Kit, Vec<String>) {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    kit.type_wrong(&sent, 1).await;
    let opened = kit.open(&sent, 2).await;
    let receipt = kit.put_answer(&sent, &opened).await;
    kit.feed(0).await;
    kit.desk(axum::http::Method::POST, &sent.path("/recall"), &serde_json::json!({})).await;
    kit.type_wrong(&sent, 3).await;
    for path in ["/api/v1/canary-path", "/m?canary=query", "/assets/canary-asset"] {
        let request =
            Request::get(path).header("host", "canary.example").header("user-agent", "canary-agent");
        kit.call(request.header("x-forwarded-for", "198.51.100.77").body(Body::empty()).unwrap()).await;
    }
    let method = Request::builder().method("CANARY").uri("/m").body(Body::empty()).unwrap();
    kit.call(method).await;
    let canaries = vec![
        sent.lid.to_text(),
        sent.mid.to_text(),
        sent.keys.claim.to_text(),
        opened.token.to_text(),
        receipt,
        HOST.to_owned(),
        "oak".to_owned(),
        "canary".to_owned(),
        "CANARY".to_owned(),
        "198.51.100.77".to_owned(),
    ];
    (kit, canaries)
}

#[tokio::test]
async fn no_label_of_a_metric_names_anybody() {
    let (kit, canaries) = busy().await;
    let text = kit.metrics().await;
    for canary in canaries {
        assert!(!text.contains(&canary), "{canary}");
    }
    let labels: BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('{')?.1.split_once('}'))
        .flat_map(|(labels, _)| labels.split(','))
        .filter_map(|label| label.split_once('='))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(labels, BTreeSet::from(["le", "operation", "outcome", "queue"]));
}

#[tokio::test]
async fn calls_latencies_commits_and_readiness_are_told() {
    let (kit, _) = busy().await;
    let text = kit.metrics().await;
    for line in [
        "postern_calls_total{operation=\"verify-start\",outcome=\"served\"} 2",
        "postern_calls_total{operation=\"verify-start\",outcome=\"link-recalled\"} 1",
        "postern_calls_total{operation=\"record-put\",outcome=\"served\"} 1",
        "postern_calls_total{operation=\"nowhere\",outcome=\"not-found\"} 1",
        "postern_call_seconds_count{operation=\"verify-start\"} 3",
        "postern_calls_under_way 0",
        "postern_clinics_unsynced 0",
        "postern_ready 1",
    ] {
        assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
    }
    let commits = text.lines().find_map(|line| line.strip_prefix("postern_commit_seconds_count ")).unwrap();
    assert!(commits.parse::<u32>().unwrap() > 10, "{commits}");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn a_queue_that_falls_behind_is_told_in_seconds() {
    let mut kit = Kit::new().await;
    let behind = async |kit: &Kit, queue: &str| -> f64 {
        let text = kit.metrics().await;
        let start = format!("postern_behind_seconds{{queue=\"{queue}\"}} ");
        text.lines().find_map(|line| line.strip_prefix(&start)).unwrap().parse().unwrap()
    };
    let sent = kit.send().await;
    kit.feed(0).await;
    for queue in ["feed", "logins", "expiry", "keys", "desk"] {
        assert_eq!(behind(&kit, queue).await, 0.0, "{queue}");
    }
    kit.type_wrong(&sent, 1).await;
    kit.pass(90);
    assert_eq!(behind(&kit, "feed").await, 90.0, "the opening that the desk has not fetched");
    assert_eq!(behind(&kit, "logins").await, 90.0);
    assert_eq!(behind(&kit, "desk").await, 90.0);
    let newest = kit.feed(0).await.events.last().unwrap().n;
    kit.feed(newest).await;
    assert_eq!(behind(&kit, "feed").await, 0.0);
    assert_eq!(behind(&kit, "desk").await, 0.0);
    kit.pass(8 * 86_400);
    assert!(behind(&kit, "expiry").await > 0.0);
    kit.sweep().await;
    assert_eq!(behind(&kit, "expiry").await, 0.0);
    assert_eq!(behind(&kit, "keys").await, 0.0);
}
