//! Reading the feed: exactly once, in the order of the receipts, through restarts of desk and portal.

use crate::fixture::Fixture;
use postern_protocol::receipt;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn what_comes_again_is_booked_once() {
    let mut fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    patient.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 1);
    assert_eq!(fixture.read_feed().await.events, 0);
    fixture.restart().await;
    assert_eq!(fixture.read_feed().await.events, 0);
    // At least once: the portal may say it again under a later number.
    let event = fixture.portal.inside().events[0].clone();
    let mut again = event;
    again.as_object_mut().unwrap().remove("n");
    again.as_object_mut().unwrap().remove("lid");
    fixture.portal.say(&patient.lid(), again);
    assert_eq!(fixture.read_feed().await.records, 0);
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!((inbox.records.len(), inbox.incidents.len()), (1, 0));
}

#[tokio::test]
async fn two_readers_at_once_book_each_answer_once() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    for _ in 0..5 {
        patient.confirm(&fixture.portal);
    }
    let client = fixture.client().await;
    let read = || fixture.desk.read_feed(&client, Duration::ZERO);
    fixture.read_feed().await;
    for _ in 0..5 {
        patient.confirm(&fixture.portal);
    }
    let (one, two, three) = tokio::join!(read(), read(), read());
    assert_eq!(one.unwrap().records + two.unwrap().records + three.unwrap().records, 5);
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!((inbox.records.len(), inbox.incidents.len()), (10, 0));
}

#[tokio::test]
async fn answers_are_booked_in_the_order_of_their_receipts_however_they_arrive() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let lid = patient.lid();
    let mut held = Vec::new();
    for _ in 0..3 {
        let record = patient.answer();
        let jwe = patient.seal(&record);
        let receipt = fixture.portal.receipt(&lid, &record.rid, &jwe);
        held.push((record.rid, jwe, receipt));
    }
    for late in [2, 1] {
        let (rid, jwe, receipt) = &held[late];
        fixture.portal.say_record(&lid, rid, jwe, receipt);
    }
    assert_eq!(fixture.read_feed().await.records, 0);
    assert_eq!(fixture.reasons().await, ["gap", "gap"]);
    let (rid, jwe, receipt) = &held[0];
    fixture.portal.say_record(&lid, rid, jwe, receipt);
    assert_eq!(fixture.read_feed().await.records, 3);
    assert_eq!(fixture.reasons().await, [] as [String; 0]);
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!(inbox.records.iter().map(|one| one.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(inbox.incidents.len(), 2, "a gap that closed is still told");
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_kept_and_keeps_nothing_back() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    fixture.portal.say(&patient.lid(), json!({ "kind": "something-new", "value": 1 }));
    fixture.portal.inside().events.push(json!({ "kind": "opened" }));
    patient.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 1);
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["event-unreadable", "event-unreadable"]);
}

#[tokio::test]
async fn an_event_of_a_link_never_made_is_an_incident() {
    let fixture = Fixture::new().await;
    fixture.portal.say(&postern_protocol::base64url::FixedBytes([9; 16]), json!({ "kind": "opened" }));
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["link-unknown"]);
}

#[tokio::test]
async fn a_restored_portal_is_told_every_link_before_anything_of_it_is_read() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let (_, first) = patient.confirm(&fixture.portal);
    let recalled = fixture.send().await;
    fixture.desk.recall(&fixture.client().await, &recalled.lid.to_text()).await.unwrap();
    fixture.portal.say(&patient.lid(), json!({ "kind": "wrong-try", "slot": 1, "used": 3 }));
    fixture.read_feed().await;

    fixture.portal.restore(1);
    let told = fixture.portal.inside().syncs.len();
    let client = fixture.client().await;
    let polled = fixture.desk.read_feed(&client, Duration::ZERO).await.unwrap();
    assert!(polled.resynced && polled.records == 0);
    let synced = fixture.portal.inside().syncs[told].clone();
    let of = |lid| {
        let link = synced.links.iter().find(|link| link.lid == lid).unwrap();
        (json!(link.state), link.used)
    };
    assert_eq!(of(patient.lid()), (json!("active"), 3));
    assert_eq!(of(recalled.lid), (json!("recalled"), 0));

    // What survived there is known again; the next answer counts from 1 and names the newest receipt that survived.
    let mut next = patient.answer();
    next.seen = Some(receipt::digest_of(&first));
    patient.send(&fixture.portal, &next);
    assert_eq!(fixture.read_feed().await.records, 1);
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!((inbox.records.len(), inbox.incidents.len()), (2, 0));
    assert_eq!(inbox.records[1].seq, 1);
}

#[tokio::test]
async fn an_answer_that_a_restored_portal_lost_and_took_again_is_one_answer() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let record = patient.answer();
    let jwe = patient.seal(&record);
    let lid = patient.lid();
    for round in 0..2 {
        let receipt = fixture.portal.receipt(&lid, &record.rid, &jwe);
        fixture.portal.say_record(&lid, &record.rid, &jwe, &receipt);
        assert_eq!(fixture.read_feed().await.records, usize::from(round == 0));
        fixture.portal.restore(0);
    }
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!((inbox.records.len(), inbox.incidents.len()), (1, 0));
}

#[tokio::test]
async fn an_answer_of_before_the_restore_that_the_desk_had_not_read_is_booked() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    fixture.read_feed().await;
    patient.confirm(&fixture.portal);
    fixture.portal.restore(1);
    assert_eq!(fixture.read_feed().await.records, 1);
    assert_eq!(fixture.reasons().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_receipt_of_a_life_of_the_portal_that_was_never_met_books_nothing() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let known = fixture.portal.inside().epoch;
    fixture.portal.inside().epoch = postern_protocol::base64url::FixedBytes([8; 16]);
    patient.confirm(&fixture.portal);
    fixture.portal.inside().epoch = known;
    assert_eq!(fixture.read_feed().await.records, 0);
    assert_eq!(fixture.reasons().await, ["receipt-other"]);
}
