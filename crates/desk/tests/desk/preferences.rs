//! What patients wish about their texts: it travels, is checked, counts at the next decision, stands in inbox and history.

use crate::{
    fixture::{BIRTH_DATE, Fixture, NUMBER, START, patient as imported},
    patient::Patient,
};
use postern_desk::{
    history::{About, Content as Told},
    rules::{Channel, Fact, Scope},
    send::{Content, SendError, SendRequest},
};
use postern_fhir::{
    Bundle, Preferences, instant,
    preferences::{Standing, Texts, Wish},
};
use postern_protocol::{
    category::Category,
    envelope::link_record::LinkRecordKind,
    record::{Record, RecordKind},
};
use serde_json::{Value, json};

const WEEK_SECONDS: i64 = 7 * 24 * 60 * 60;

fn sheet(patient: &Patient) -> Preferences {
    let bundle = Bundle::read(&(&patient.bundle).into()).unwrap();
    Preferences::read(bundle.preferences().unwrap()).unwrap()
}

fn record(patient: &mut Patient, wish: &Wish) -> Record<Value> {
    let mut record = patient.answer();
    record.kind = RecordKind::Preferences;
    record.resource = wish.write().into();
    record
}

fn of(sheet: &Preferences, category: &str) -> Texts {
    sheet.of(category).unwrap().clone()
}

fn list(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

fn wants(wanted: &[&str], unwanted: &[&str]) -> Wish {
    Wish::Texts { wanted: list(wanted), unwanted: list(unwanted), ask: Vec::new() }
}

/// A patient of whom only the import knows the number, and who opened a message.
async fn bare() -> (Fixture, Patient) {
    let fixture = Fixture::new().await;
    let patient = fixture.open_visit().await;
    (fixture, patient)
}

async fn refusals(fixture: &Fixture, category: Category) -> Vec<&'static str> {
    let content = Content::Text { subject: "Results".into(), text: "All well.".into() };
    let request = SendRequest { category: Some(category), ..SendRequest::new("p-1", content) };
    let preview = fixture.desk.dry_run(&request).await.unwrap();
    preview.refusals.iter().map(|one| one.code).collect()
}

async fn says(fixture: &Fixture, patient: &mut Patient, wish: &Wish) {
    let record = record(patient, wish);
    patient.send(&fixture.portal, &record);
    let polled = fixture.read_feed().await;
    assert_eq!((polled.records, fixture.reasons().await), (1, vec![]));
}

#[tokio::test]
async fn the_sheet_says_why_since_when_and_from_which_consent() {
    let (fixture, patient) = bare().await;
    let sheet = sheet(&patient);
    assert_eq!((sheet.number.as_str(), sheet.language.as_str()), ("(202) 555-0143", "en"));
    let since = Some(instant::to_text(START.0));
    let agreed = of(&sheet, "appointments");
    assert_eq!((agreed.standing, agreed.since, agreed.receipt), (Standing::Agreed, since, None));
    assert_eq!(of(&sheet, "marketing").standing, Standing::NotAgreed);
    assert_eq!(sheet.texts.len(), 7, "what one asks for oneself cannot be chosen about");
    // It is no part of what staff see as the message, and a sender cannot bring one.
    let preview = fixture.desk.dry_run(&fixture.request()).await.unwrap();
    assert!(!preview.patient_view.unwrap().contains("agreed"));
    let request = SendRequest::new("p-1", Content::Bundle(patient.bundle.clone()));
    let preview = fixture.desk.dry_run(&request).await.unwrap();
    assert_eq!(preview.refusals[0].code, "content-brings-preferences");
}

#[tokio::test]
async fn a_wish_counts_at_the_very_next_decision_and_so_does_its_contrary() {
    let (fixture, mut patient) = bare().await;
    let care = ["appointments", "messages", "forms"];
    says(&fixture, &mut patient, &wants(&["appointments", "forms"], &["messages"])).await;
    assert_eq!(refusals(&fixture, Category::Messages).await, ["number-opted-out"]);
    assert!(refusals(&fixture, Category::Forms).await.is_empty());
    says(&fixture, &mut patient, &Wish::Nothing).await;
    for category in [Category::Messages, Category::Appointments, Category::Forms] {
        assert_eq!(refusals(&fixture, category).await, ["number-opted-out"], "{category}");
    }
    says(&fixture, &mut patient, &wants(&care, &[])).await;
    assert!(refusals(&fixture, Category::Messages).await.is_empty());
    let ledger = fixture.desk.ledger().await.unwrap();
    let facts = ledger.iter().filter(|line| line.kind == "record-booked");
    let facts: Vec<Value> = facts.map(|line| line.what["rules"]["facts"].clone()).collect();
    let out = serde_json::to_value(Fact::OptedOut {
        scope: Scope::Category(Category::Messages),
        channel: Channel::ProvenPage,
    });
    assert_eq!(facts[0], json!([out.unwrap()]), "only what changes is a fact");
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn opting_out_takes_no_proof_and_the_proven_page_lifts_it() {
    let (fixture, mut patient) = bare().await;
    let (_, stop) = patient.say(LinkRecordKind::OptOut);
    fixture.portal.say(&patient.lid(), json!({ "kind": "link-record", "jws": stop }));
    fixture.read_feed().await;
    assert_eq!(refusals(&fixture, Category::Messages).await, ["number-opted-out"]);
    says(&fixture, &mut patient, &wants(&["messages"], &["appointments", "forms"])).await;
    assert!(refusals(&fixture, Category::Messages).await.is_empty());
    assert_eq!(refusals(&fixture, Category::Forms).await, ["number-opted-out"]);
    assert_eq!(refusals(&fixture, Category::Recall).await, ["number-opted-out", "consent-missing"]);
}

#[tokio::test]
async fn what_takes_a_consent_cannot_be_wished_for() {
    let (fixture, mut patient) = bare().await;
    let sneaky = wants(&["appointments", "messages", "forms", "marketing"], &[]);
    let record = record(&mut patient, &sneaky);
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["wish-other"]);
    assert_eq!(refusals(&fixture, Category::Marketing).await, ["consent-missing"]);
}

#[tokio::test]
async fn a_pause_holds_every_text_until_its_end_and_can_be_ended() {
    let (fixture, mut patient) = bare().await;
    let until = fixture.desk.now().plus_seconds(WEEK_SECONDS);
    says(&fixture, &mut patient, &Wish::Pause(Some(instant::to_text(until.0)))).await;
    let preview = fixture.desk.dry_run(&fixture.request()).await.unwrap();
    assert_eq!((preview.refusals[0].code, preview.refusals[0].may_go_at), ("paused", Some(until)));
    says(&fixture, &mut patient, &Wish::Pause(None)).await;
    assert!(refusals(&fixture, Category::Appointments).await.is_empty());
}

#[tokio::test]
async fn a_chosen_language_outlives_an_import_and_a_number_since_follows_the_number() {
    let (fixture, mut patient) = bare().await;
    says(&fixture, &mut patient, &Wish::Language("en".into())).await;
    let mut row = imported("p-1", "Ana Example", Some(NUMBER), Some(BIRTH_DATE));
    row["communication"] = json!([{"language": {"coding": [{"code": "es"}]}}]);
    fixture.clock.forward(3600);
    fixture.desk.import_patients(&row.to_string()).await.unwrap();
    let preview = fixture.desk.dry_run(&fixture.request()).await.unwrap();
    assert_eq!(preview.language_missing, None, "the patient's own word stands");
    let new = imported("p-1", "Ana Example", Some("+12025550199"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&new.to_string()).await.unwrap();
    assert_eq!(
        refusals(&fixture, Category::Messages).await,
        ["number-unconfirmed"],
        "a new number counts later"
    );
}

#[tokio::test]
async fn a_new_number_is_a_line_in_the_inbox_and_in_the_history_and_changes_nothing_by_itself() {
    let (fixture, mut patient) = bare().await;
    let wish = Wish::Contact { number: Some("202 555 0199".into()), email: None };
    says(&fixture, &mut patient, &wish).await;
    let inbox = fixture.desk.inbox().await.unwrap();
    let line = &inbox.records[0];
    assert_eq!((line.kind.as_str(), line.status.as_deref()), ("Preferences", Some("new-contact")));
    assert!(line.wish.as_deref().unwrap().contains("202 555 0199"), "{line:?}");
    assert!(line.signature_valid && line.receipt_valid);
    let history = fixture.desk.history(&About::Patient("p-1".into())).await.unwrap();
    let told = history.lines.iter().filter_map(|line| line.content.as_ref());
    let told: Vec<&Told> = told.filter(|one| matches!(one, Told::Answer { .. })).collect();
    assert!(matches!(told[..], [Told::Answer { kind, .. }] if kind == "Preferences"), "{told:?}");
    let sent = fixture.desk.send(&fixture.client().await, &fixture.transport(), &fixture.request()).await;
    assert!(sent.is_ok());
    assert_eq!(fixture.texts().pop().unwrap().to, NUMBER);
}

#[tokio::test]
async fn a_wish_between_decision_and_hand_over_stops_the_text() {
    let (fixture, mut patient) = bare().await;
    fixture.portal.inside().down = true;
    let content = Content::Text { subject: "Results".into(), text: "All well.".into() };
    let request = SendRequest::new("p-1", content);
    let client = fixture.client().await;
    let begun = fixture.desk.send(&client, &fixture.transport(), &request).await;
    assert!(matches!(begun, Err(SendError::NotYet { .. })), "{begun:?}");
    fixture.portal.inside().down = false;
    says(&fixture, &mut patient, &Wish::Nothing).await;
    let before = fixture.texts().len();
    fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
    let later: Vec<String> = fixture.texts().into_iter().skip(before).map(|text| text.text).collect();
    let [heard] = &later[..] else { panic!("one text: {later:?}") };
    assert!(
        heard.contains("you will get no more") && !heard.contains("/m#"),
        "it went out all the same: {heard}"
    );
}
