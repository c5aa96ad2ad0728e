//! What a holder of the link says without the birth date: opt-out, wrong person, questions.

use crate::fixture::{BIRTH_DATE, Fixture, NUMBER, patient};
use postern_desk::send::SendRequest;
use postern_protocol::{
    derive::Secret32,
    envelope::link_record,
    envelope::link_record::{LinkRecord, LinkRecordKind},
    wire::desk_links::DeskLinkState,
};
use serde_json::json;

fn said(jws: &str) -> serde_json::Value {
    json!({ "kind": "link-record", "jws": jws })
}

#[tokio::test]
async fn an_opt_out_stops_texts_to_everybody_on_that_number_and_leaves_links_readable() {
    let fixture = Fixture::new().await;
    let son = patient("p-2", "Bo Example", Some("(202) 555-0143"), Some("2010-01-02"));
    let other = patient("p-3", "Cy Example", Some("+12025550199"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&json!([son, other]).to_string()).await.unwrap();
    fixture.desk.confirm_number("p-3", "read back on the telephone", None).await.unwrap();
    let mut holder = fixture.open_visit().await;
    let would_send = async |id: &str| {
        let request = SendRequest { to: id.into(), ..fixture.request() };
        fixture.desk.dry_run(&request).await.unwrap().would_send
    };
    assert!(would_send("p-1").await && would_send("p-2").await);
    let (_, jws) = holder.say(LinkRecordKind::OptOut);
    fixture.portal.say(&holder.lid(), said(&jws));
    assert_eq!(fixture.read_feed().await.link_records, 1);
    assert!(!would_send("p-1").await && !would_send("p-2").await);
    assert!(would_send("p-3").await, "another number is not touched");
    assert_eq!(fixture.portal.inside().links[&holder.lid()].state, DeskLinkState::Active);
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!(inbox.requests[0].kind, "opt-out");
    holder.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 1, "the open link can still be answered");
}

#[tokio::test]
async fn wrong_person_recalls_every_link_of_the_number_and_blocks_it_until_settled() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    let second = fixture.send().await;
    let (_, jws) = holder.say(LinkRecordKind::WrongPerson);
    fixture.portal.say(&holder.lid(), said(&jws));
    fixture.read_feed().await;
    for lid in [holder.lid(), second.lid] {
        assert_eq!(fixture.portal.inside().links[&lid].state, DeskLinkState::Recalled);
    }
    let inbox = fixture.desk.inbox().await.unwrap();
    assert!(inbox.messages.iter().all(|one| one.link_state == "recalled"));
    let preview = fixture.desk.dry_run(&fixture.request()).await.unwrap();
    assert_eq!(preview.refusals[0].code, "number-reported");
    fixture.desk.settle_number("p-1", "spoke on the telephone").await.unwrap();
    assert!(fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send);
    assert!(fixture.desk.inbox().await.unwrap().requests[0].settled_at.is_some());
}

#[tokio::test]
async fn links_of_a_reported_number_are_recalled_later_when_the_portal_is_away() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    let (_, jws) = holder.say(LinkRecordKind::WrongPerson);
    fixture.portal.say(&holder.lid(), said(&jws));
    // Feed and sync are answered, the recall after them is lost.
    let calls = fixture.portal.inside().calls.len();
    fixture.portal.inside().fault = Some((calls + 2, crate::portal::Break::Before));
    fixture.read_feed().await;
    assert!(fixture.portal.inside().calls[calls + 2].ends_with("/recall"));
    assert_eq!(fixture.desk.inbox().await.unwrap().messages[0].link_state, "recalling");
    assert_eq!(fixture.portal.inside().links[&holder.lid()].state, DeskLinkState::Active);
    fixture.read_feed().await;
    assert_eq!(fixture.portal.inside().links[&holder.lid()].state, DeskLinkState::Recalled);
}

#[tokio::test]
async fn questions_are_lines_in_the_inbox_and_stop_nothing() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    for kind in [LinkRecordKind::BirthDateQuestion, LinkRecordKind::Help, LinkRecordKind::NewLink] {
        let (_, jws) = holder.say(kind);
        fixture.portal.say(&holder.lid(), said(&jws));
    }
    assert_eq!(fixture.read_feed().await.link_records, 3);
    let kinds: Vec<String> =
        fixture.desk.inbox().await.unwrap().requests.into_iter().map(|one| one.kind).collect();
    assert_eq!(kinds, ["birth-date-question", "help", "new-link"]);
    assert!(fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send);
}

#[tokio::test]
async fn a_request_without_the_links_proof_is_an_incident_and_changes_nothing() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    let mut other = fixture.open_visit().await;
    let (rid, honest) = holder.say(LinkRecordKind::OptOut);
    let forged = LinkRecord {
        v: 1,
        rid,
        lid: holder.lid(),
        clinic: postern_protocol::id::ClinicId::new("oak").unwrap(),
        kind: LinkRecordKind::OptOut,
        scope: None,
        at: holder.at,
    };
    let key = Secret32::from_bytes([3; 32]);
    fixture.portal.say(&holder.lid(), said(&link_record::seal(&key, &forged)));
    let (_, swapped) = other.say(LinkRecordKind::OptOut);
    fixture.portal.say(&holder.lid(), said(&swapped));
    assert_eq!(fixture.read_feed().await.link_records, 0);
    assert_eq!(fixture.reasons().await, ["link-record-forged", "link-record-forged"]);
    assert!(fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send);
    fixture.portal.say(&holder.lid(), said(&honest));
    assert_eq!(fixture.read_feed().await.link_records, 1);
    assert!(!fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send);
}

#[tokio::test]
async fn a_request_said_again_is_acted_on_once() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    let (_, jws) = holder.say(LinkRecordKind::WrongPerson);
    fixture.portal.say(&holder.lid(), said(&jws));
    fixture.read_feed().await;
    fixture.desk.settle_number("p-1", "spoke on the telephone").await.unwrap();
    fixture.portal.say(&holder.lid(), said(&jws));
    assert_eq!(fixture.read_feed().await.link_records, 0);
    assert!(
        fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send,
        "a replay does not block it again"
    );
    assert_eq!(fixture.texts()[0].to, NUMBER);
}

#[tokio::test]
async fn a_text_on_its_way_to_a_number_that_opted_out_meanwhile_does_not_go_out() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    let client = fixture.client().await;
    let calls = fixture.portal.inside().calls.len();
    fixture.portal.inside().fault = Some((calls + 3, crate::portal::Break::After));
    fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap_err();
    let (_, jws) = holder.say(LinkRecordKind::OptOut);
    fixture.portal.say(&holder.lid(), said(&jws));
    fixture.read_feed().await;
    let resumed = fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
    assert!(matches!(
        &resumed[..],
        [Err(postern_desk::send::SendError::Abandoned { why, .. })] if why.code == "number-opted-out"
    ));
    let [_, heard] = &fixture.texts()[..] else { panic!("the first, and that the opt-out was heard") };
    assert!(heard.lid.is_none() && heard.text.contains("you will get no more of our texts"));
}
