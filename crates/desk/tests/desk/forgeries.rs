//! Promise 4: an answer or receipt altered, reordered, swapped between messages or links, or made with the portal's keys is an
//! incident and never booked. Each test first sees the honest one booked, on the same fixture or beside the forgery.

use crate::{
    fixture::Fixture,
    patient::{Patient, accepted},
};
use postern_protocol::{
    base64url::FixedBytes,
    derive::ContentKey,
    digest::sha256,
    envelope::record,
    id::{ClinicId, RecordId},
    keys::{PatientSigningKey, SigningKeyPair},
    receipt::{self, FIRST_PREV, Receipt},
    record::{Record, RecordKind},
};
use serde_json::{Value, json};

/// The answer of `forged`, with an honest receipt over it, is an incident of this reason; an honest answer after it is booked.
async fn incident(fixture: &Fixture, patient: &mut Patient, jwe: &str, rid: &RecordId, reason: &str) {
    let lid = patient.lid();
    let receipt = fixture.portal.receipt(&lid, rid, jwe);
    fixture.portal.say_record(&lid, rid, jwe, &receipt);
    assert_eq!(fixture.read_feed().await.records, 0, "{reason}");
    assert_eq!(fixture.reasons().await, [reason]);
    assert!(fixture.desk.inbox().await.unwrap().records.is_empty());
    patient.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 1, "the honest answer after it is booked");
}

async fn changed(change: impl FnOnce(&mut Record<Value>), reason: &str) {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let mut forged = patient.answer();
    change(&mut forged);
    let jwe = patient.seal(&forged);
    incident(&fixture, &mut patient, &jwe, &forged.rid, reason).await;
}

#[tokio::test]
async fn an_answer_signed_by_anybody_but_the_links_holder_is_never_booked() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let forged = patient.answer();
    // All the portal has: the clinic's public key, the link's id, and keys of its own.
    let signer = PatientSigningKey::derive(&ContentKey::generate(&mut patient.rng)).unwrap();
    let jwe = record::seal(&mut patient.rng, &signer, &patient.clinic_key, &forged).jwe;
    incident(&fixture, &mut patient, &jwe, &forged.rid, "signature").await;
}

#[tokio::test]
async fn an_answer_changed_in_any_part_is_never_booked() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let honest = patient.answer();
    let jwe = patient.seal(&honest);
    let parts: Vec<&str> = jwe.split('.').collect();
    for part in [0, 2, 3, 4] {
        let mut bytes = parts[part].as_bytes().to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
        let mut altered: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        altered[part] = String::from_utf8(bytes).unwrap();
        let altered = altered.join(".");
        assert_ne!(altered, jwe);
        let receipt = fixture.portal.receipt(&patient.lid(), &honest.rid, &altered);
        fixture.portal.say_record(&patient.lid(), &honest.rid, &altered, &receipt);
        assert_eq!(fixture.read_feed().await.records, 0, "part {part}");
    }
    assert_eq!(fixture.reasons().await.len(), 4);
    patient.send(&fixture.portal, &honest);
    assert_eq!(fixture.read_feed().await.records, 1);
}

#[tokio::test]
async fn an_answer_with_the_receipt_of_another_is_never_booked() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let lid = patient.lid();
    let (one, two) = (patient.answer(), patient.answer());
    let (jwe_one, jwe_two) = (patient.seal(&one), patient.seal(&two));
    let receipt_one = fixture.portal.receipt(&lid, &one.rid, &jwe_one);
    let receipt_two = fixture.portal.receipt(&lid, &two.rid, &jwe_two);
    fixture.portal.say_record(&lid, &one.rid, &jwe_two, &receipt_one);
    fixture.portal.say_record(&lid, &one.rid, &jwe_one, &receipt_two);
    assert_eq!(fixture.read_feed().await.records, 0);
    assert_eq!(fixture.reasons().await, ["receipt-bytes", "receipt-other"]);
    fixture.portal.say_record(&lid, &one.rid, &jwe_one, &receipt_one);
    fixture.portal.say_record(&lid, &two.rid, &jwe_two, &receipt_two);
    assert_eq!(fixture.read_feed().await.records, 2);
}

#[tokio::test]
async fn one_answer_that_was_changed_for_good_does_not_keep_back_those_after_it() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let lid = patient.lid();
    let (lost, other) = (patient.answer(), patient.answer());
    let (lost_jwe, other_jwe) = (patient.seal(&lost), patient.seal(&other));
    let receipt = fixture.portal.receipt(&lid, &lost.rid, &lost_jwe);
    fixture.portal.say_record(&lid, &lost.rid, &other_jwe, &receipt);
    patient.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 1);
    assert_eq!(fixture.reasons().await, ["receipt-bytes"]);
}

#[tokio::test]
async fn an_answer_swapped_to_another_link_is_never_booked() {
    let fixture = Fixture::new().await;
    let mut one = fixture.open_visit().await;
    let mut two = fixture.open_visit().await;
    let answer = one.answer();
    let jwe = one.seal(&answer);
    incident(&fixture, &mut two, &jwe, &answer.rid, "envelope-key-unknown").await;
}

#[tokio::test]
async fn an_answer_that_names_another_link_inside_is_never_booked() {
    let fixture = Fixture::new().await;
    let mut one = fixture.open_visit().await;
    let mut two = fixture.open_visit().await;
    // The holder of two links signs for one, addressed as of the other.
    let mut forged = two.answer();
    forged.lid = one.lid();
    let signer = two.signer();
    let jwe = record::seal(&mut two.rng, &signer, &one.clinic_key, &forged).jwe;
    incident(&fixture, &mut one, &jwe, &forged.rid, "signature").await;
}

#[tokio::test]
async fn an_answer_under_another_id_than_its_own_is_never_booked() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let (one, two) = (patient.answer(), patient.answer());
    let jwe = patient.seal(&one);
    incident(&fixture, &mut patient, &jwe, &two.rid, "envelope-other").await;
}

#[tokio::test]
async fn an_answer_for_another_clinic_is_never_booked() {
    changed(|record| record.clinic = ClinicId::new("elm").unwrap(), "envelope-other").await;
}

#[tokio::test]
async fn an_answer_to_a_message_of_another_link_is_never_booked() {
    let fixture = Fixture::new().await;
    let mut one = fixture.open_visit().await;
    let two = fixture.open_visit().await;
    let mut forged = one.answer();
    (forged.mid, forged.shown.mid) = (two.mid, two.mid);
    let jwe = one.seal(&forged);
    incident(&fixture, &mut one, &jwe, &forged.rid, "message-unknown").await;
}

#[tokio::test]
async fn an_answer_to_what_was_never_shown_is_never_booked() {
    changed(|record| record.shown.sha256 = sha256(b"another page"), "shown-other").await;
}

#[tokio::test]
async fn an_answer_that_shows_another_message_than_it_answers_is_never_booked() {
    changed(|record| record.shown.mid = FixedBytes([5; 16]), "shown-other").await;
}

#[tokio::test]
async fn a_kind_of_answer_that_was_not_offered_is_never_booked() {
    changed(
        |record| {
            record.kind = RecordKind::Consent;
            record.resource = json!({"resourceType": "Consent"});
        },
        "kind-not-offered",
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_is_not_the_resource_it_says_is_never_booked() {
    changed(|record| record.resource = json!({"resourceType": "Consent"}), "resource").await;
    changed(|record| record.resource["participantStatus"] = json!("perhaps"), "resource").await;
}

#[tokio::test]
async fn an_answer_about_another_visit_is_never_booked() {
    changed(
        |record| record.resource["appointment"]["reference"] = json!("Appointment/other"),
        "appointment-other",
    )
    .await;
    assert_eq!(accepted()["appointment"]["reference"], "Appointment/visit-1");
}

#[tokio::test]
async fn an_answer_that_knows_a_receipt_the_desk_never_got_is_an_incident() {
    changed(|record| record.seen = Some(sha256(b"a withheld receipt")), "seen-unknown").await;
}

#[tokio::test]
async fn a_receipt_of_any_key_but_the_pinned_one_books_nothing() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let lid = patient.lid();
    let answer = patient.answer();
    let jwe = patient.seal(&answer);
    let honest = fixture.portal.receipt(&lid, &answer.rid, &jwe);
    let read: Receipt = receipt::verify(&honest, &[fixture.portal.inside().signing.public()]).unwrap();
    let stranger = SigningKeyPair::generate(&mut patient.rng);
    fixture.portal.say_record(&lid, &answer.rid, &jwe, &receipt::sign(&stranger, &read));
    let other_portal = Receipt { iss: "https://elsewhere.example".into(), ..read.clone() };
    let elsewhere = receipt::sign(&fixture.portal.inside().signing, &other_portal);
    fixture.portal.say_record(&lid, &answer.rid, &jwe, &elsewhere);
    let cut = &honest[..honest.len() - 4];
    fixture.portal.say_record(&lid, &answer.rid, &jwe, cut);
    assert_eq!(fixture.read_feed().await.records, 0);
    assert_eq!(fixture.reasons().await[..2], ["receipt-key-unknown", "receipt-other"]);
    assert_eq!(fixture.reasons().await.len(), 3);
    fixture.portal.say_record(&lid, &answer.rid, &jwe, &honest);
    assert_eq!(fixture.read_feed().await.records, 1);
}

#[tokio::test]
async fn a_portal_that_gives_one_number_twice_is_caught() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let lid = patient.lid();
    patient.confirm(&fixture.portal);
    fixture.read_feed().await;
    let second = patient.answer();
    let jwe = patient.seal(&second);
    let forged = fixture.portal.forge_receipt(&lid, &second.rid, &jwe, 1, FIRST_PREV);
    fixture.portal.say_record(&lid, &second.rid, &jwe, &forged);
    assert_eq!(fixture.read_feed().await.records, 0);
    assert_eq!(fixture.reasons().await, ["seq-twice"]);
}

#[tokio::test]
async fn a_portal_that_rewrites_the_past_of_a_link_is_caught() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let lid = patient.lid();
    patient.confirm(&fixture.portal);
    fixture.read_feed().await;
    let second = patient.answer();
    let jwe = patient.seal(&second);
    let forged = fixture.portal.forge_receipt(&lid, &second.rid, &jwe, 2, sha256(b"another first receipt"));
    fixture.portal.say_record(&lid, &second.rid, &jwe, &forged);
    assert_eq!(fixture.read_feed().await.records, 0);
    assert_eq!(fixture.reasons().await, ["chain-broken"]);
}

#[tokio::test]
async fn a_portal_that_withholds_an_answer_is_caught_by_the_next() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let lid = patient.lid();
    let withheld = patient.answer();
    let jwe = patient.seal(&withheld);
    fixture.portal.receipt(&lid, &withheld.rid, &jwe);
    patient.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 0);
    assert_eq!(fixture.reasons().await, ["gap"]);
}

#[tokio::test]
async fn the_same_id_with_other_bytes_is_never_booked() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let mut record = patient.answer();
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    record.resource["participantStatus"] = json!("declined");
    patient.send(&fixture.portal, &record);
    assert_eq!(fixture.read_feed().await.records, 0);
    assert_eq!(fixture.reasons().await, ["rid-twice"]);
    let records = fixture.desk.inbox().await.unwrap().records;
    assert_eq!((records.len(), records[0].status.as_deref()), (1, Some("accepted")));
}

#[tokio::test]
async fn a_page_that_saw_something_else_is_an_incident() {
    let fixture = Fixture::new().await;
    let patient = fixture.open_visit().await;
    let seen =
        json!({ "kind": "seen", "mid": patient.mid, "shown": sha256(b"another"), "event": "read", "ms": 1 });
    fixture.portal.say(&patient.lid(), seen);
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["shown-other"]);
    assert_eq!(fixture.desk.inbox().await.unwrap().messages[0].read_at, None);
}
