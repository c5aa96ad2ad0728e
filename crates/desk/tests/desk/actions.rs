//! One page elsewhere that a message leads to: only to hosts on the clinic's list, and that it was opened stands in every book.

use crate::{
    fixture::{BIRTH_DATE, Fixture, START, clinic, clinic_toml},
    patient::{Patient, open},
};
use postern_desk::{
    Clinic,
    history::{About, Content as Told},
    inbox::MessageState,
    ledger::Actor,
    rules::confirm::Agreed,
    send::{Content, SendError, SendRequest},
};
use postern_fhir::{Task, instant, task::ActionKind};
use postern_protocol::{
    category::Category,
    record::{Record, RecordKind},
};
use serde_json::{Value, json};

const DAY_SECONDS: i64 = 24 * 60 * 60;

fn with_hosts(hosts: &str) -> Clinic {
    let (before, texting) =
        clinic_toml().split_once("[texting]").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    Clinic::from_toml(&format!("{before}[actions]\nhosts = [{hosts}]\n[texting]{texting}")).unwrap()
}

async fn listed() -> Fixture {
    Fixture::with(with_hosts("\"Visit.Oak.example\", \"pay.oak.example:8443\"")).await
}

fn leads_to(kind: ActionKind, address: &str) -> SendRequest {
    let content = Content::Text { subject: "Your visit by video".into(), text: "It begins at ten.".into() };
    SendRequest { action: Some(Task::new(kind, address)), ..SendRequest::new("p-1", content) }
}

async fn refusals(fixture: &Fixture, request: &SendRequest) -> Vec<&'static str> {
    let preview = fixture.desk.dry_run(request).await.unwrap();
    assert!(preview.refusals.iter().all(|one| !one.reason.is_empty() && !one.remedy.is_empty()));
    preview.refusals.iter().map(|one| one.code).collect()
}

/// A message that leads to a visit by video, opened.
async fn invited(fixture: &Fixture) -> Patient {
    let request = leads_to(ActionKind::JoinVisit, "https://visit.oak.example/room/7?p=1");
    fixture.desk.send(&fixture.client().await, &fixture.transport(), &request).await.unwrap();
    let text = fixture.texts().pop().unwrap().text;
    open(&fixture.portal, &text, BIRTH_DATE, fixture.desk.now()).unwrap()
}

fn asked(patient: &Patient) -> Task {
    let entries = patient.bundle["entry"].as_array().unwrap();
    let task = entries.iter().map(|one| &one["resource"]).find(|one| one["resourceType"] == "Task").unwrap();
    Task::read(&task.into()).unwrap()
}

fn opened(patient: &mut Patient) -> Record<Value> {
    let resource = asked(patient).opened_at(instant::to_text(START.0)).write().into();
    Record { kind: RecordKind::Task, resource, ..patient.answer() }
}

#[tokio::test]
async fn a_host_that_is_not_on_the_clinics_list_is_refused_at_send_and_so_is_everything_odd() {
    let fixture = listed().await;
    let join = |address: &str| leads_to(ActionKind::JoinVisit, address);
    for (address, code) in [
        ("https://visit.elm.example/", "action-host-not-listed"),
        ("https://vis\u{456}t.oak.example/", "action-host-not-listed"),
        ("http://visit.oak.example/", "action-not-https"),
        ("https://visit.oak.example:444/", "action-port-not-listed"),
        ("https://oak@visit.oak.example/", "action-with-user"),
        ("https://127.0.0.1/", "action-ip-address"),
        ("visit.oak.example", "action-address"),
    ] {
        assert_eq!(refusals(&fixture, &join(address)).await, [code], "{address}");
        let sent = fixture.desk.send(&fixture.client().await, &fixture.transport(), &join(address)).await;
        assert!(matches!(sent, Err(SendError::Refused(_))), "{address}");
    }
    assert!(fixture.texts().is_empty());
    assert!(refusals(&fixture, &join("https://VISIT.oak.example")).await.is_empty());
}

#[tokio::test]
async fn one_message_leads_to_one_place_also_in_a_bundle_of_the_clinics_own() {
    let fixture = listed().await;
    let task = |kind| json!({ "resource": serde_json::to_value(Task::new(kind, "https://visit.oak.example/")).unwrap() });
    let bundle = |entries: Vec<Value>| {
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
        SendRequest::new("p-1", Content::Bundle(bundle))
    };
    let twice = bundle(vec![task(ActionKind::JoinVisit), task(ActionKind::JoinVisit)]);
    assert_eq!(refusals(&fixture, &twice).await, ["action-twice"]);
    assert!(refusals(&fixture, &bundle(vec![task(ActionKind::JoinVisit)])).await.is_empty());
}

#[tokio::test]
async fn who_is_asked_to_pay_has_opted_in_to_texts_about_payments() {
    let fixture = listed().await;
    let pay = leads_to(ActionKind::Pay, "https://pay.oak.example:8443/bill");
    assert_eq!(refusals(&fixture, &pay).await, ["consent-missing"]);
    let otherwise = SendRequest { category: Some(Category::Messages), ..pay.clone() };
    assert!(refusals(&fixture, &otherwise).await.contains(&"action-category"));
    let agreed = Agreed { categories: vec![Category::Payments], paper: "folder 8".into() };
    fixture.desk.confirm_number("p-1", "at the counter", Some(&agreed)).await.unwrap();
    assert!(refusals(&fixture, &pay).await.is_empty());
}

#[tokio::test]
async fn that_it_was_opened_stands_in_inbox_history_and_ledger_and_is_no_answer() {
    let fixture = listed().await;
    let mut patient = invited(&fixture).await;
    let record = opened(&mut patient);
    patient.send(&fixture.portal, &record);
    let polled = fixture.read_feed().await;
    assert_eq!((polled.records, fixture.reasons().await), (1, vec![]));

    let inbox = fixture.desk.inbox().await.unwrap();
    let line = &inbox.records[0];
    assert_eq!((line.kind.as_str(), line.status.as_deref()), ("Task", Some("opened")));
    assert!(line.signature_valid && line.receipt_valid);
    assert_ne!(inbox.messages[0].state, MessageState::Answered, "nothing was said by it");

    let ledger = fixture.desk.ledger().await.unwrap();
    let booked = ledger.iter().find(|line| line.kind == "action-opened").unwrap();
    assert_eq!(booked.actor, Actor::LinkHolder);
    assert_eq!(
        (&booked.what["action"], &booked.what["host"]),
        (&json!("join-visit"), &json!("visit.oak.example"))
    );
    assert!(!booked.what.to_string().contains("room"), "the address may name the patient");

    let history = fixture.desk.history(&About::Patient("p-1".into())).await.unwrap();
    let told = history.lines.iter().find(|line| line.kind == "action-opened").unwrap();
    let Some(Told::Answer { status, .. }) = &told.content else { panic!("the answer stands beside it") };
    assert_eq!(status.as_deref(), Some("opened"));
}

#[tokio::test]
async fn opening_something_else_than_what_was_sent_is_an_incident_and_not_booked() {
    let fixture = listed().await;
    let mut patient = invited(&fixture).await;
    let elsewhere = Task { address: "https://visit.oak.example/room/8".into(), ..asked(&patient) };
    let elsewhere = elsewhere.opened_at(instant::to_text(START.0));
    let other = Task { kind: ActionKind::Pay, ..elsewhere.clone() };
    let mut more: Value = asked(&patient).opened_at(instant::to_text(START.0)).write().into();
    more["description"] = json!("paid");
    let asked_for: Value = asked(&patient).write().into();
    for (resource, reason) in [
        (elsewhere.write().into(), "action-other"),
        (other.write().into(), "action-other"),
        (more, "action-other"),
        (asked_for, "action-other"),
        (json!({"resourceType": "Task"}), "resource"),
    ] {
        let record = Record { resource, ..opened(&mut patient) };
        patient.send(&fixture.portal, &record);
        fixture.read_feed().await;
        assert_eq!(fixture.reasons().await.pop().as_deref(), Some(reason));
    }
    assert!(fixture.desk.inbox().await.unwrap().records.is_empty());
}

#[tokio::test]
async fn a_message_that_leads_nowhere_takes_no_such_answer() {
    let fixture = listed().await;
    let mut patient = fixture.open_visit().await;
    let task =
        Task::new(ActionKind::Pay, "https://pay.oak.example:8443/").opened_at(instant::to_text(START.0));
    let record = Record { kind: RecordKind::Task, resource: task.write().into(), ..patient.answer() };
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["kind-not-offered"]);
}

#[tokio::test]
async fn a_host_taken_off_the_list_is_not_reminded_of() {
    let mut fixture = listed().await;
    invited(&fixture).await;
    fixture.desk.use_actions(&with_hosts("")).await.unwrap();
    assert!(fixture.desk.use_actions(&Clinic { public: other_clinic(), ..clinic() }).await.is_err());
    fixture.clock.forward(3 * DAY_SECONDS);
    let (client, transport) = (fixture.client().await, fixture.transport());
    fixture.desk.resume(&client, &transport).await.unwrap();
    let ledger = fixture.desk.ledger().await.unwrap();
    let refused = ledger.iter().find(|line| line.kind == "reminder-refused").unwrap();
    assert_eq!(refused.what["why"], "action-host-not-listed");
    assert_eq!(fixture.texts().len(), 1);
}

fn other_clinic() -> postern_protocol::wire::link_open::PublicClinic {
    let other = clinic_toml().replace("\"oak\"", "\"elm\"");
    Clinic::from_toml(&other).unwrap().public
}
