//! An answer that holds: what the clinic then sees.

use crate::fixture::{Fixture, NAME, START};
use postern_desk::inbox::MessageState;
use postern_protocol::record::Answerer;
use serde_json::json;

#[tokio::test]
async fn a_confirmation_is_booked_with_signature_receipt_and_code() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let (rid, receipt) = patient.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 1);
    assert_eq!(fixture.desk.newest_audit_head().await.unwrap().unwrap().n, 1);
    let inbox = fixture.desk.inbox().await.unwrap();
    let [record] = &inbox.records[..] else { panic!("one answer") };
    assert_eq!(record.rid, rid.to_string());
    assert_eq!(record.status.as_deref(), Some("accepted"));
    assert_eq!(record.patient.as_ref().unwrap().name, NAME);
    assert_eq!(record.by, Answerer::Patient);
    assert!(record.signature_valid && record.receipt_valid && !record.clocks_differ);
    assert_eq!(record.receipt_code, postern_protocol::record_code::of(&receipt));
    assert_eq!(inbox.messages[0].state, MessageState::Answered);
    assert!(inbox.incidents.is_empty());
}

#[tokio::test]
async fn a_correction_stands_beside_what_it_corrects() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let (first, receipt) = patient.confirm(&fixture.portal);
    let mut second = patient.answer();
    second.resource["participantStatus"] = json!("declined");
    second.replaces = Some(first);
    second.seen = Some(postern_protocol::receipt::digest_of(&receipt));
    patient.send(&fixture.portal, &second);
    fixture.read_feed().await;
    let records = fixture.desk.inbox().await.unwrap().records;
    assert_eq!((records[0].seq, records[1].seq), (1, 2));
    assert_eq!(records[0].replaced_by.as_deref(), Some(second.rid.to_string().as_str()));
    assert_eq!(records[1].replaces.as_deref(), Some(first.to_string().as_str()));
    assert_eq!(records[1].status.as_deref(), Some("declined"));
}

#[tokio::test]
async fn more_than_ten_minutes_between_the_clocks_are_said() {
    for (seconds, differ) in [(600, false), (601, true), (-601, true)] {
        let fixture = Fixture::new().await;
        let mut patient = fixture.open_visit().await;
        let mut record = patient.answer();
        record.at = fixture.desk.now().plus_seconds(seconds);
        patient.send(&fixture.portal, &record);
        fixture.read_feed().await;
        assert_eq!(fixture.desk.inbox().await.unwrap().records[0].clocks_differ, differ, "{seconds}");
    }
}

#[tokio::test]
async fn a_message_is_followed_from_the_text_to_the_answer() {
    let fixture = Fixture::new().await;
    let patient = fixture.open_visit().await;
    let lid = patient.lid();
    let state = async || fixture.desk.inbox().await.unwrap().messages.remove(0);
    assert_eq!(state().await.state, MessageState::HandedOver);
    for (what, expected) in [
        (json!({ "kind": "opened" }), MessageState::Opened),
        (json!({ "kind": "verified", "slot": 1 }), MessageState::Verified),
    ] {
        fixture.portal.say(&lid, what);
        fixture.read_feed().await;
        assert_eq!(state().await.state, expected);
    }
    let seen = |event: &str, ms: u64| json!({ "kind": "seen", "mid": patient.mid, "shown": patient.plaintext_sha256, "event": event, "ms": ms });
    fixture.portal.say(&lid, seen("read", 0));
    fixture.portal.say(&lid, seen("left", 41_000));
    fixture.read_feed().await;
    let line = state().await;
    assert_eq!((line.state, line.read_ms, line.read_at), (MessageState::Read, 41_000, Some(START)));
}

#[tokio::test]
async fn the_exported_keys_open_and_verify_the_answer_on_their_own() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    patient.confirm(&fixture.portal);
    fixture.read_feed().await;
    let exported = serde_json::to_value(fixture.desk.export_keys().await.unwrap()).unwrap();
    assert_eq!(exported["clinic"], "oak");
    assert_eq!(exported["clinic_keys"][0]["x"], json!(patient.clinic_key)["x"]);
    assert!(exported["clinic_keys"][0]["d"].is_string());
    assert_eq!(exported["links"][0]["signer"], json!(patient.signer().public()));
    assert_eq!(exported["portal_keys"][0], json!(fixture.portal.inside().signing.public()));
    assert_eq!(exported["records"].as_array().unwrap().len(), 1);
    let ledger = fixture.desk.ledger().await.unwrap();
    assert_eq!(ledger.last().unwrap().kind, "keys-exported");
}

#[tokio::test]
async fn everything_that_happened_is_in_the_ledger_in_its_order() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    patient.confirm(&fixture.portal);
    fixture.read_feed().await;
    let kinds: Vec<String> = fixture.desk.ledger().await.unwrap().into_iter().map(|line| line.kind).collect();
    assert_eq!(
        kinds,
        [
            "desk-initialised",
            "portal-pinned",
            "patient-added",
            "number-confirmed",
            "send-decided",
            "send-uploaded",
            "text-handed-over",
            "portal-first-heard",
            "record-booked"
        ]
    );
}
