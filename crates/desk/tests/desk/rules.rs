//! The rules on sending, through a desk: what is refused, with which code and until when, and what the ledger keeps of it.

use crate::fixture::{BIRTH_DATE, Fixture, patient, visit};
use postern_desk::{
    refusal::Refusal,
    rules::{confirm::Agreed, confirm::ConfirmError, replay},
    send::{Content, SendError, SendRequest},
    texts::template::Template,
};
use postern_protocol::{category::Category, envelope::link_record::LinkRecordKind, time::Timestamp};
use serde_json::json;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

fn text_to(to: &str) -> SendRequest {
    SendRequest::new(to, Content::Text { subject: "Results".into(), text: "All well.".into() })
}

async fn refusals(fixture: &Fixture, request: &SendRequest) -> Vec<Refusal> {
    fixture.desk.dry_run(request).await.unwrap().refusals
}

async fn codes(fixture: &Fixture, request: &SendRequest) -> Vec<&'static str> {
    refusals(fixture, request).await.iter().map(|one| one.code).collect()
}

/// A second patient with a number of their own, who agreed to nothing.
async fn stranger(fixture: &Fixture) {
    let bo = patient("p-2", "Bo Example", Some("+12025550177"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&bo.to_string()).await.unwrap();
}

async fn send(fixture: &Fixture, request: &SendRequest) -> Result<(), SendError> {
    fixture.desk.send(&fixture.client().await, &fixture.transport(), request).await.map(drop)
}

#[tokio::test]
async fn at_eleven_at_night_nothing_goes_and_the_refusal_says_when_it_may() {
    let fixture = Fixture::new().await;
    // 23:00 on a Wednesday, in UTC, where the patient is.
    let night = Timestamp(1_795_042_800_000);
    fixture.clock.forward(night.seconds() - fixture.desk.now().seconds());
    let Err(SendError::Refused(refused)) = send(&fixture, &fixture.request()).await else { panic!("night") };
    let [refusal] = &refused[..] else { panic!("{refused:?}") };
    assert_eq!((refusal.code, refusal.may_go_at), ("quiet-hours", Some(night.plus_seconds(10 * HOUR))));
    assert!(refusal.to_string().ends_with("It may go from 2026-11-19T09:00:00.000Z."), "{refusal}");
    assert!(fixture.texts().is_empty());
    let second = refusal.may_go_at.unwrap().seconds() - fixture.desk.now().seconds() - 1;
    fixture.clock.forward(second);
    assert_eq!(codes(&fixture, &fixture.request()).await, ["quiet-hours"]);
    fixture.clock.forward(1);
    assert_eq!(send(&fixture, &fixture.request()).await.ok(), Some(()));
}

#[tokio::test]
async fn a_text_that_was_decided_by_day_waits_where_night_came_in_between() {
    let fixture = Fixture::new().await;
    let client = fixture.client().await;
    let calls = fixture.portal.inside().calls.len();
    fixture.portal.inside().fault = Some((calls + 1, crate::portal::Break::Before));
    fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap_err();
    fixture.clock.forward(10 * HOUR);
    let resumed = fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
    assert!(matches!(&resumed[..], [Err(SendError::NotYet { .. })]), "{resumed:?}");
    assert!(fixture.texts().is_empty());
    fixture.clock.forward(12 * HOUR);
    assert!(fixture.desk.resume(&client, &fixture.transport()).await.unwrap()[0].is_ok());
    assert_eq!(fixture.texts().len(), 1);
}

#[tokio::test]
async fn an_unconfirmed_number_gets_nothing_until_staff_book_how_it_is_known() {
    let fixture = Fixture::new().await;
    stranger(&fixture).await;
    assert_eq!(codes(&fixture, &text_to("p-2")).await, ["number-unconfirmed"]);
    let confirm = async |id: &str, how: &str| fixture.desk.confirm_number(id, how, None).await;
    assert!(matches!(confirm("p-2", "  ").await, Err(ConfirmError::How)));
    assert!(matches!(confirm("p-9", "asked").await, Err(ConfirmError::PatientUnknown(_))));
    confirm("p-2", "read back on the telephone").await.unwrap();
    assert_eq!(codes(&fixture, &text_to("p-2")).await, [""; 0]);
    let ledger = fixture.desk.ledger().await.unwrap();
    assert_eq!(
        ledger.last().unwrap().what["rules"]["facts"][0]["how"]["staff"],
        "read back on the telephone"
    );
}

#[tokio::test]
async fn a_link_opened_with_the_right_factor_confirms_its_number_for_another_year() {
    let fixture = Fixture::new().await;
    let sent = fixture.send().await;
    fixture.clock.forward(360 * DAY);
    fixture.portal.say(&sent.lid, json!({ "kind": "verified", "slot": 1 }));
    fixture.read_feed().await;
    fixture.clock.forward(30 * DAY);
    assert_eq!(codes(&fixture, &fixture.request()).await, [""; 0]);
    fixture.clock.forward(364 * DAY);
    assert_eq!(codes(&fixture, &fixture.request()).await, ["number-unconfirmed"]);
}

#[tokio::test]
async fn without_consent_one_text_a_day_goes_and_a_consent_on_paper_lifts_the_count() {
    let fixture = Fixture::new().await;
    stranger(&fixture).await;
    fixture.desk.confirm_number("p-2", "read back", None).await.unwrap();
    send(&fixture, &text_to("p-2")).await.unwrap();
    let other = SendRequest { category: Some(Category::Forms), ..text_to("p-2") };
    let [refusal] = &refusals(&fixture, &other).await[..] else { panic!("one") };
    assert_eq!(refusal.code, "limit-without-consent");
    assert_eq!(refusal.may_go_at, Some(fixture.desk.now().plus_seconds(DAY)));
    let agreed = Agreed { categories: vec![Category::Forms], paper: "folder 8".into() };
    fixture.desk.confirm_number("p-2", "at the counter", Some(&agreed)).await.unwrap();
    assert_eq!(codes(&fixture, &other).await, [""; 0]);
    assert_eq!(codes(&fixture, &text_to("p-2")).await, ["limit-without-consent"]);
}

#[tokio::test]
async fn another_category_needs_its_own_consent_and_marketing_is_not_agreed_to_in_passing() {
    let fixture = Fixture::new().await;
    let about = |category| SendRequest { category: Some(category), ..text_to("p-1") };
    assert_eq!(codes(&fixture, &about(Category::Recall)).await, ["consent-missing"]);
    assert_eq!(codes(&fixture, &about(Category::Marketing)).await, ["consent-missing"]);
    assert_eq!(codes(&fixture, &about(Category::Security)).await, ["not-asked-for"]);
    let agreed = Agreed { categories: vec![Category::Marketing], paper: "folder 9".into() };
    let booked = fixture.desk.confirm_number("p-1", "at the counter", Some(&agreed)).await;
    assert!(matches!(booked, Err(ConfirmError::Category(Category::Marketing))));
    assert_eq!(codes(&fixture, &about(Category::Marketing)).await, ["consent-missing"]);
}

#[tokio::test]
async fn an_opt_out_of_one_category_leaves_the_others() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    let (_, jws) = holder.say_about(LinkRecordKind::OptOut, Some("messages"));
    fixture.portal.say(&holder.lid(), json!({ "kind": "link-record", "jws": jws }));
    fixture.read_feed().await;
    assert_eq!(codes(&fixture, &text_to("p-1")).await, ["number-opted-out"]);
    assert_eq!(codes(&fixture, &fixture.request()).await, [""; 0]);
}

#[tokio::test]
async fn a_room_is_ready_at_night_just_after_a_check_in() {
    let fixture = Fixture::new().await;
    fixture.clock.forward(12 * HOUR);
    let ready = SendRequest {
        template: Some(Template::RoomReady),
        checked_in: Some(fixture.desk.now().plus_seconds(-60)),
        ..SendRequest::new("p-1", Content::Template)
    };
    assert_eq!(codes(&fixture, &ready).await, [""; 0]);
    assert_eq!(codes(&fixture, &SendRequest { checked_in: None, ..ready }).await, ["quiet-hours"]);
}

#[tokio::test]
async fn where_nobody_knows_the_patients_time_nothing_goes() {
    let fixture = Fixture::nowhere().await;
    assert_eq!(codes(&fixture, &fixture.request()).await, ["zone-unknown"]);
}

#[tokio::test]
async fn every_decision_in_the_ledger_comes_out_the_same_again_under_the_policy_it_names() {
    let fixture = Fixture::new().await;
    stranger(&fixture).await;
    fixture.desk.confirm_number("p-2", "read back", None).await.unwrap();
    send(&fixture, &text_to("p-2")).await.unwrap();
    fixture.send().await;
    let stricter = include_str!("../../rules/policy.toml").replace("2026-11-23", "2026-12-01");
    fixture.desk.use_policy(&stricter.replace("week = 3", "week = 2")).await.unwrap();
    fixture.clock.forward(DAY);
    send(&fixture, &text_to("p-2")).await.unwrap();
    fixture.clock.forward(DAY);
    assert_eq!(
        codes(&fixture, &text_to("p-2")).await,
        ["limit-without-consent"],
        "the clinic's own policy holds"
    );
    let too_many = send(&fixture, &text_to("p-2")).await;
    assert!(matches!(too_many, Err(SendError::Refused(_))));
    let mut refused = 0;
    let versions = crate::lives::decided_again(&fixture.desk, &mut refused).await;
    assert_eq!(refused, 1);
    assert_eq!(versions, ["2026-11-23", "2026-11-23", "2026-12-01"]);
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
}

#[tokio::test]
async fn a_text_given_up_before_it_went_counts_no_more() {
    let fixture = Fixture::new().await;
    stranger(&fixture).await;
    fixture.desk.confirm_number("p-2", "read back", None).await.unwrap();
    let calls = fixture.portal.inside().calls.len();
    fixture.portal.inside().fault = Some((calls, crate::portal::Break::Before));
    send(&fixture, &text_to("p-2")).await.unwrap_err();
    let other = SendRequest { to: "p-2".into(), ..SendRequest::new("p-2", Content::Appointment(visit())) };
    assert_eq!(codes(&fixture, &other).await, ["limit-without-consent"]);
    fixture.clock.forward(DAY + HOUR);
    let resumed = fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    assert!(matches!(&resumed[..], [Err(SendError::Abandoned { why, .. })] if why.code == "send-stale"));
    let told = replay::standings(&fixture.desk.ledger().await.unwrap()).unwrap();
    assert!(told.values().all(|standing| standing.texts.is_empty()));
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
    assert!(fixture.texts().is_empty());
}
