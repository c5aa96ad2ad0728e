//! The portal's clock leaps, forward or backward: no try too many, no session too long, no receipt lost.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use kit::Kit;
use postern_portal::AuditVerdict;
use postern_protocol::{error_code::ErrorCode, receipt};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_session_from_the_future_has_ended_and_the_link_opens_again() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    let first = kit.put_answer(&sent, &opened).await;
    kit.pass(-DAY);
    let (rid, request) = kit.answer(&sent, None);
    assert_eq!(kit.put(&opened, &rid, &request).await.code(), ErrorCode::SessionEnded);
    kit.sweep().await;
    let again = kit.open(&sent, 2).await;
    assert_eq!(again.response.receipts, std::slice::from_ref(&first));
    let second = kit.put_answer(&sent, &again).await;
    let receipts = receipt::chain(&sent.lid, &[first, second], &kit.oak.pin.keys).unwrap();
    assert!(receipts[1].received_at < receipts[0].received_at, "a receipt says what the clock said");
    assert!(matches!(kit.portal.verify_audit(None).await.unwrap(), AuditVerdict::Whole(_)));
}

#[tokio::test]
async fn a_correction_by_seconds_ends_no_session() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    kit.pass(-50);
    kit.put_answer(&sent, &opened).await;
}

#[tokio::test]
async fn no_leap_of_the_clock_gives_a_try_back() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let leaps = [-DAY, 2 * DAY, -3600, 3600, -5 * DAY, 4 * DAY + 600, -1, 0, 121];
    for (seed, leap) in (0..).zip(leaps) {
        assert!(kit.type_wrong(&sent, seed).await.status.is_success(), "{leap}");
        kit.pass(leap);
        kit.sweep().await;
    }
    assert!(kit.type_wrong(&sent, 100).await.status.is_success());
    assert_eq!(kit.type_wrong(&sent, 101).await.code(), ErrorCode::LinkLocked);
}

#[tokio::test]
async fn a_login_under_way_when_the_clock_is_set_back_still_finishes() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let (finish, _) = kit.prove(&sent, 1, 7).await;
    kit.pass(-DAY);
    kit.sweep().await;
    assert!(kit.finish(&sent, &finish).await.status.is_success());
    assert_eq!(kit.tries_left(&sent).await, 10);
}

#[tokio::test]
async fn a_leap_past_its_end_expires_a_link_for_good_and_keeps_its_receipts() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    let (rid, request) = kit.answer(&sent, None);
    assert!(kit.put(&opened, &rid, &request).await.status.is_success());
    kit.pass(30 * DAY);
    kit.sweep().await;
    kit.pass(-30 * DAY);
    assert_eq!(kit.type_wrong(&sent, 1).await.code(), ErrorCode::LinkExpired);
    assert!(kit.told().await.contains(&"record".to_owned()), "the answer still reaches the desk");
}

#[tokio::test]
async fn a_desk_whose_clock_is_far_off_is_refused_and_served_once_it_is_right() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    for leap in [DAY, -2 * DAY] {
        let path = "/api/v1/desk/feed?after=0&wait=0";
        let token = kit.token(&axum::http::Method::GET, path, b"");
        kit.pass(leap);
        let request = kit::desk_request(axum::http::Method::GET, "feed?after=0&wait=0", &token, Vec::new());
        assert_eq!(kit.call(request).await.code(), ErrorCode::DeskTokenRefused);
    }
    kit.pass(DAY);
    kit.open(&sent, 1).await;
    assert_eq!(kit.told().await, ["opened", "verified"]);
}
