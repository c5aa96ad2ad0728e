//! Sending: what goes out, and what does not.

use crate::{
    fixture::{BIRTH_DATE, Fixture, NAME, NUMBER, START, patient, visit},
    patient,
};
use postern_desk::{
    send::{Content, SendError, SendRequest},
    texts::template::Template,
};
use postern_protocol::{opaque::client::FactorError, record::RecordKind};
use serde_json::json;

fn codes(error: &SendError) -> Vec<&'static str> {
    match error {
        SendError::Refused(refusals) => refusals.iter().map(|one| one.code).collect(),
        other => panic!("{other:?}"),
    }
}

async fn refused(fixture: &Fixture, request: &SendRequest) -> Vec<&'static str> {
    let client = fixture.client().await;
    let error = fixture.desk.send(&client, &fixture.transport(), request).await.unwrap_err();
    assert_eq!(fixture.texts().len(), 0, "a refused message has no text");
    assert!(fixture.portal.inside().links.is_empty(), "a refused message has no link");
    codes(&error)
}

#[tokio::test]
async fn a_patient_opens_what_was_sent_with_their_birth_date_and_with_no_other() {
    let fixture = Fixture::new().await;
    fixture.send().await;
    let [text] = &fixture.texts()[..] else { panic!("one text") };
    assert_eq!(text.to, NUMBER);
    assert!(
        text.text.starts_with("Oak Street Clinic: please confirm your visit: https://door.oak.example/m#")
    );
    assert!(text.text.len() <= 160);
    let opened = patient::open(&fixture.portal, &text.text, BIRTH_DATE, START).unwrap();
    assert_eq!(opened.bundle["entry"][0]["resource"], visit());
    assert_eq!(Some(opened.lid()), text.lid);
    let wrong = patient::open(&fixture.portal, &text.text, "1980-04-13", START);
    assert!(matches!(wrong, Err(FactorError::Wrong)));
}

#[tokio::test]
async fn a_text_names_no_patient_and_no_reason() {
    let fixture = Fixture::new().await;
    fixture.send().await;
    let text = &fixture.texts()[0].text;
    for word in [NAME, "Ana", BIRTH_DATE, "Check-up", "Dr Example", "November"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[tokio::test]
async fn subject_and_text_go_with_the_secure_message_and_ask_for_no_answer() {
    let fixture = Fixture::new().await;
    let content = Content::Text { subject: "Your results".into(), text: "All **well**.".into() };
    let preview = fixture.desk.dry_run(&SendRequest::new("p-1", content)).await.unwrap();
    assert_eq!(preview.template, Template::SecureMessage);
    assert_eq!(preview.offers, [RecordKind::Preferences]);
    assert_eq!(preview.patient_view.unwrap(), "Your results\nFrom: Oak Street Clinic\nAll **well**.");
}

#[tokio::test]
async fn a_dry_run_says_everything_and_makes_nothing() {
    let fixture = Fixture::new().await;
    let preview = fixture.desk.dry_run(&fixture.request()).await.unwrap();
    assert!(preview.would_send);
    assert_eq!(preview.length.segments, 1);
    assert_eq!(preview.length.places, preview.text.len());
    assert_eq!(preview.offers, [RecordKind::AppointmentResponse, RecordKind::Preferences]);
    assert!(preview.patient_view.unwrap().contains("Monday, November 30, 2026, 10:00 AM (EST)"));
    assert_eq!(preview.expires, START.plus_seconds(7 * 24 * 60 * 60));
    assert!(fixture.texts().is_empty());
    assert!(fixture.portal.inside().calls.is_empty());
    let real = fixture.send().await;
    assert_eq!(fixture.texts()[0].text.len(), preview.text.len(), "the specimen is as long as the real one");
    assert_eq!(real.n, 1);
}

#[tokio::test]
async fn nobody_without_number_or_birth_date_is_sent_to() {
    let fixture = Fixture::new().await;
    let rows = json!([
        patient("p-2", "Bo Example", None, Some(BIRTH_DATE)),
        patient("p-3", "Cy Example", Some(NUMBER), None)
    ]);
    fixture.desk.import_patients(&rows.to_string()).await.unwrap();
    let to = |id: &str| SendRequest { to: id.into(), ..fixture.request() };
    assert_eq!(refused(&fixture, &to("p-2")).await, ["patient-without-number"]);
    assert_eq!(refused(&fixture, &to("p-3")).await, ["patient-without-birth-date"]);
    assert_eq!(refused(&fixture, &to("p-9")).await, ["patient-unknown"]);
}

#[tokio::test]
async fn a_template_that_does_not_fit_is_refused() {
    let fixture = Fixture::new().await;
    let text = || Content::Text { subject: "Results".into(), text: "All well.".into() };
    let with =
        |template, content| SendRequest { template: Some(template), ..SendRequest::new("p-1", content) };
    assert_eq!(
        refused(&fixture, &with(Template::Code, text())).await,
        ["template-without-link", "text-without-link"][..1]
    );
    assert_eq!(
        refused(&fixture, &with(Template::AppointmentReminder, text())).await,
        ["template-needs-appointment"]
    );
    assert_eq!(
        refused(&fixture, &with(Template::VisitGuidelines, Content::Template)).await,
        ["template-needs-content"]
    );
    let offers = Some(vec![RecordKind::AppointmentResponse, RecordKind::Preferences]);
    let request = SendRequest { offers, ..SendRequest::new("p-1", text()) };
    assert_eq!(refused(&fixture, &request).await, ["offer-without-appointment"]);
}

#[tokio::test]
async fn what_stands_against_a_message_is_told_all_at_once() {
    let fixture = Fixture::new().await;
    let rows = patient("p-2", "Bo Example", None, None).to_string();
    fixture.desk.import_patients(&rows).await.unwrap();
    let content = Content::Text { subject: String::new(), text: String::new() };
    assert_eq!(
        refused(&fixture, &SendRequest::new("p-2", content)).await,
        ["patient-without-birth-date", "patient-without-number", "content-empty"]
    );
}

#[tokio::test]
async fn after_twenty_wrong_birth_dates_no_link_is_made_until_staff_spoke_to_the_patient() {
    let fixture = Fixture::new().await;
    for round in 0..2 {
        let sent = fixture.send().await;
        for used in 1..=10 {
            fixture.clock.forward(1);
            fixture.portal.say(&sent.lid, json!({ "kind": "wrong-try", "slot": 1, "used": used }));
        }
        fixture.read_feed().await;
        assert_eq!(fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send, round == 0);
    }
    let preview = fixture.desk.dry_run(&fixture.request()).await.unwrap();
    assert_eq!(preview.refusals[0].code, "wrong-birth-dates");
    fixture.clock.forward(1);
    fixture.desk.clear_tries("p-1", "spoke at the counter").await.unwrap();
    assert!(fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send);
}

#[tokio::test]
async fn tries_that_lapse_at_the_same_moment_count_each_and_told_again_count_once() {
    let fixture = Fixture::new().await;
    let sent = fixture.send().await;
    for _ in 0..3 {
        fixture.portal.say(&sent.lid, json!({ "kind": "wrong-try", "slot": 1, "used": 3 }));
    }
    for _ in 0..2 {
        fixture.read_feed().await;
        assert_eq!(fixture.desk.inbox().await.unwrap().messages[0].wrong_tries, 3);
        fixture.portal.restore(3);
    }
}

#[tokio::test]
async fn wrong_birth_dates_of_three_months_ago_count_no_more() {
    let fixture = Fixture::new().await;
    let sent = fixture.send().await;
    for used in 1..=20 {
        fixture.portal.say(&sent.lid, json!({ "kind": "wrong-try", "slot": 1, "used": used }));
    }
    fixture.read_feed().await;
    assert!(!fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send);
    fixture.clock.forward(90 * 24 * 60 * 60 + 1);
    assert!(fixture.desk.dry_run(&fixture.request()).await.unwrap().would_send);
}

#[tokio::test]
async fn an_import_with_one_wrong_row_changes_nothing() {
    let fixture = Fixture::new().await;
    let rows = json!([
        patient("p-2", "Bo Example", Some(NUMBER), None),
        patient("p-3", "Cy Example", Some("12"), None)
    ]);
    let error = fixture.desk.import_patients(&rows.to_string()).await.unwrap_err();
    let postern_desk::patients::import::ImportError::Rows(rows) = error else { panic!("rows") };
    assert_eq!((rows.len(), rows[0].row, rows[0].problems[0].code), (1, 2, "number"));
    let request = SendRequest { to: "p-2".into(), ..fixture.request() };
    assert_eq!(refused(&fixture, &request).await, ["patient-unknown"]);
}

#[tokio::test]
async fn a_bundle_a_list_and_lines_are_imported_and_again_they_update() {
    let fixture = Fixture::new().await;
    let (bo, cy) =
        (patient("p-2", "Bo Example", Some(NUMBER), None), patient("p-3", "Cy Example", None, None));
    let bundle = json!({"resourceType": "Bundle", "type": "searchset",
        "entry": [{"resource": bo}, {"resource": {"resourceType": "OperationOutcome"}}, {"resource": cy}]});
    let first = fixture.desk.import_patients(&bundle.to_string()).await.unwrap();
    assert_eq!((first.added, first.updated, first.without_number, first.without_birth_date), (2, 0, 1, 2));
    let again = fixture.desk.import_patients(&format!("{bo}\n\n{cy}\n")).await.unwrap();
    assert_eq!((again.added, again.updated), (0, 2));
    let lines = fixture.desk.import_patients(&format!("{bo}\nnot json\n")).await.unwrap_err();
    let postern_desk::patients::import::ImportError::Rows(rows) = lines else { panic!("rows") };
    assert_eq!((rows[0].row, rows[0].problems[0].code), (2, "not-json"));
    let twice = fixture.desk.import_patients(&json!([bo, bo]).to_string()).await.unwrap_err();
    assert!(matches!(twice, postern_desk::patients::import::ImportError::Rows(_)));
}
