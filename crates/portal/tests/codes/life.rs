//! Sentences on the real portal.

use crate::kit::{Kit, Sent, code, files};
use axum::http::Method;
use postern_protocol::{
    envelope::link_record::{self, LinkRecord, LinkRecordKind},
    error_code::ErrorCode,
    factor::FactorKind,
    id::record_id,
    wire::{
        desk_links::LinkStatus,
        link_open::OpenResponse,
        link_records::{LinkRecordRequest, LinkRecordResponse},
        verify::FinishResponse,
    },
};
use serde_json::json;

const RIGHT: &str = "123456";
const WRONG: &str = "654321";

async fn with_code() -> (Kit, Sent) {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let _: LinkStatus = kit.upload_code(&sent, 2, &code(RIGHT)).await.json();
    (kit, sent)
}

async fn open_codes(kit: &Kit, sent: &Sent) -> Vec<u16> {
    let open: OpenResponse = kit.look(sent).await.json();
    let codes = open.slots.iter().filter(|slot| slot.factor == FactorKind::Code);
    codes.map(|slot| slot.slot).collect()
}

/// Bytes of the code's slot and its key, as they lie in the stores.
async fn needles(kit: &Kit, sent: &Sent) -> Vec<Vec<u8>> {
    let (lid, folder) = (&sent.lid.0[..], kit.folder.path());
    let slots = "SELECT sealed FROM slots WHERE lid = ?1 AND factor = 'otp'";
    let slot = kit.column("portal.sqlite", slots, lid).await.unwrap();
    let key = kit.column("link-keys.sqlite", "SELECT key FROM link_keys WHERE lid <> ?1", lid).await.unwrap();
    let needles = vec![key, slot[..64].to_vec(), slot[slot.len() - 64..].to_vec()];
    assert!(
        needles.iter().all(|bytes| !files::holding(folder, bytes).is_empty()),
        "the scan sees them before"
    );
    needles
}

fn assert_destroyed(kit: &Kit, needles: &[Vec<u8>]) {
    for bytes in needles {
        assert_eq!(files::holding(kit.folder.path(), bytes), Vec::<String>::new());
    }
}

async fn assert_still_opens(kit: &Kit, sent: &Sent) {
    kit.open(sent, 99).await;
}

#[tokio::test]
async fn a_right_code_opens_once_and_its_repeated_proof_gets_the_same_answer() {
    let (mut kit, sent) = with_code().await;
    assert_eq!(open_codes(&kit, &sent).await, [2]);
    let finish = kit.type_code(&sent, 2, &code(RIGHT), 7).await.ok().unwrap().unwrap();
    let other = kit.type_code(&sent, 2, &code(RIGHT), 8).await.ok().unwrap().unwrap();
    let first: FinishResponse = kit.finish(&sent, &finish).await.json();
    assert_eq!(kit.finish(&sent, &other).await.code(), ErrorCode::SlotGone, "two proofs in flight");
    kit.pass(119);
    kit.sweep().await;
    let again: FinishResponse = kit.finish(&sent, &finish).await.json();
    assert_eq!(first.slot, again.slot);
    assert!(open_codes(&kit, &sent).await.is_empty());
    let late = kit.type_code(&sent, 2, &code(RIGHT), 9).await.err().unwrap();
    assert_eq!(late.code(), ErrorCode::SlotGone);
    assert_eq!(kit.told().await.iter().filter(|what| *what == "verified").count(), 1);
}

#[tokio::test]
async fn five_tries_are_let_through_and_each_counts_among_the_links() {
    let (kit, sent) = with_code().await;
    for seed in 0..5 {
        assert!(kit.type_code(&sent, 2, &code(WRONG), seed).await.ok().unwrap().is_none());
    }
    let sixth = kit.type_code(&sent, 2, &code(RIGHT), 5).await.err().unwrap();
    assert_eq!(sixth.code(), ErrorCode::SlotGone);
    assert!(open_codes(&kit, &sent).await.is_empty());
    assert_eq!(kit.tries_left(&sent).await, 5, "the sixth cost nothing");
    assert_still_opens(&kit, &sent).await;
}

#[tokio::test]
async fn a_code_whose_tries_are_out_dies_with_the_last_of_them() {
    let (kit, sent) = with_code().await;
    let needles = needles(&kit, &sent).await;
    for seed in 0..4 {
        assert!(kit.type_code(&sent, 2, &code(WRONG), seed).await.is_ok());
    }
    kit.pass(60);
    let last = kit.type_code(&sent, 2, &code(RIGHT), 5).await.ok().unwrap().unwrap();
    kit.pass(60);
    kit.sweep().await;
    // The four have lapsed; the fifth, which is right, is still under way.
    let _: FinishResponse = kit.finish(&sent, &last).await.json();
    kit.pass(120);
    kit.sweep().await;
    assert_destroyed(&kit, &needles);
}

#[tokio::test]
async fn five_wrong_tries_destroy_the_code_and_leave_the_link() {
    let (kit, sent) = with_code().await;
    let needles = needles(&kit, &sent).await;
    for seed in 0..5 {
        assert!(kit.type_code(&sent, 2, &code(WRONG), seed).await.is_ok());
    }
    kit.pass(120);
    kit.sweep().await;
    assert_destroyed(&kit, &needles);
    assert_still_opens(&kit, &sent).await;
}

#[tokio::test]
async fn a_code_of_ten_minutes_is_destroyed_by_the_next_sweep() {
    let (kit, sent) = with_code().await;
    let needles = needles(&kit, &sent).await;
    kit.pass(599);
    kit.sweep().await;
    assert_eq!(open_codes(&kit, &sent).await, [2]);
    let started = kit.type_code(&sent, 2, &code(RIGHT), 1).await.ok().unwrap().unwrap();
    kit.pass(1);
    assert_eq!(kit.finish(&sent, &started).await.code(), ErrorCode::SlotGone, "before any sweep");
    kit.sweep().await;
    assert_destroyed(&kit, &needles);
    assert_still_opens(&kit, &sent).await;
}

#[tokio::test]
async fn a_code_is_replaced_after_a_minute_and_then_destroyed_before_the_answer() {
    let (mut kit, sent) = with_code().await;
    let needles = needles(&kit, &sent).await;
    let under_way = kit.type_code(&sent, 2, &code(RIGHT), 1).await.ok().unwrap().unwrap();
    kit.pass(59);
    assert_eq!(kit.upload_code(&sent, 3, &code("777777")).await.code(), ErrorCode::CodeTooSoon);
    assert_eq!(open_codes(&kit, &sent).await, [2], "nothing else changed");
    kit.pass(1);
    let _: LinkStatus = kit.upload_code(&sent, 3, &code("777777")).await.json();
    assert_destroyed(&kit, &needles);
    assert_eq!(open_codes(&kit, &sent).await, [3]);
    assert_eq!(kit.finish(&sent, &under_way).await.code(), ErrorCode::SlotGone);
    let finish = kit.type_code(&sent, 3, &code("777777"), 2).await.ok().unwrap().unwrap();
    let _: FinishResponse = kit.finish(&sent, &finish).await.json();
}

#[tokio::test]
async fn three_codes_an_hour_are_taken_and_a_new_one_refills_nothing() {
    let (mut kit, sent) = with_code().await;
    for seed in 0..4 {
        assert!(kit.type_code(&sent, 2, &code(WRONG), seed).await.is_ok());
    }
    for slot in [3, 4] {
        kit.pass(700);
        kit.sweep().await;
        let _: LinkStatus = kit.upload_code(&sent, slot, &code(RIGHT)).await.json();
        assert_eq!(kit.tries_left(&sent).await, 6);
    }
    kit.pass(700);
    assert_eq!(kit.upload_code(&sent, 5, &code(RIGHT)).await.code(), ErrorCode::CodeLimit);
    kit.pass(3600 - 3 * 700);
    let _: LinkStatus = kit.upload_code(&sent, 5, &code(RIGHT)).await.json();
}

#[tokio::test]
async fn the_same_upload_again_is_the_same_answer_and_no_second_code() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let request = kit.make_code(&sent, 2, &code(RIGHT)).await.ok().unwrap();
    for _ in 0..3 {
        let _: LinkStatus = kit.desk(Method::PUT, &sent.path("/slots/2"), &request).await.json();
        kit.pass(61);
    }
    assert_eq!(kit.dump().await["portal.sqlite/codes"].len(), 1);
}

#[tokio::test]
async fn a_recall_destroys_the_code_before_it_answers() {
    let (mut kit, sent) = with_code().await;
    let needles = needles(&kit, &sent).await;
    kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
    assert_destroyed(&kit, &needles);
    assert!(kit.dump().await["link-keys.sqlite/link_keys"].is_empty());
}

#[tokio::test]
async fn a_restore_brings_no_code_back_to_life() {
    let (mut kit, sent) = with_code().await;
    let needles = needles(&kit, &sent).await;
    std::fs::write(kit.folder.path().join("restored"), b"").unwrap();
    kit.restart().await;
    kit.sweep().await;
    assert!(open_codes(&kit, &sent).await.is_empty());
    assert_destroyed(&kit, &needles);
}

fn request(kit: &mut Kit, sent: &Sent, kind: LinkRecordKind) -> LinkRecordRequest {
    let record = LinkRecord {
        v: 1,
        rid: record_id(kit.now(), &mut kit.rng),
        lid: sent.lid,
        clinic: kit.oak.id.clone(),
        kind,
        scope: None,
        at: kit.now(),
    };
    LinkRecordRequest { jws: link_record::seal(&sent.keys.link_mac, &record) }
}

#[tokio::test]
async fn a_code_request_says_whether_the_desk_listens_and_whether_a_code_lives() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let ask = request(&mut kit, &sent, LinkRecordKind::Code);
    let answer: LinkRecordResponse = kit.post("link/records", &sent.header(), &ask).await.json();
    assert_eq!((answer.desk_heard_seconds_ago, answer.code_until), (None, None));
    kit.feed(0).await;
    let until = kit.now().plus_seconds(600);
    let _: LinkStatus = kit.upload_code(&sent, 2, &code(RIGHT)).await.json();
    kit.pass(30);
    let ask = request(&mut kit, &sent, LinkRecordKind::Code);
    let answer: LinkRecordResponse = kit.post("link/records", &sent.header(), &ask).await.json();
    assert_eq!((answer.desk_heard_seconds_ago, answer.code_until), (Some(30), Some(until)));
    let help = request(&mut kit, &sent, LinkRecordKind::Help);
    let answer: LinkRecordResponse = kit.post("link/records", &sent.header(), &help).await.json();
    assert_eq!(answer.code_until, None);
}

#[tokio::test]
async fn a_restored_portal_takes_no_code_request_and_takes_an_opt_out() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    std::fs::write(kit.folder.path().join("restored"), b"").unwrap();
    kit.restart().await;
    let ask = request(&mut kit, &sent, LinkRecordKind::Code);
    let answer = kit.post("link/records", &sent.header(), &ask).await;
    assert_eq!(answer.code(), ErrorCode::ResyncRequired);
    let opt_out = request(&mut kit, &sent, LinkRecordKind::OptOut);
    let _: LinkRecordResponse = kit.post("link/records", &sent.header(), &opt_out).await.json();
    assert_eq!(kit.told().await, ["link-record"]);
}
