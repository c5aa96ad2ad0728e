//! Who may answer: helpers on file, whom they may answer for, and what a link says of whom it is about.

use crate::{
    consents,
    fixture::{Fixture, START, patient, visit},
    patient::{self as phone, Patient, accepted},
};
use postern_desk::{
    consent::Ask,
    history::{About, Content as Told},
    patients::import::{ImportError, Imported},
    send::{Content, SendError, SendRequest},
};
use postern_fhir::consent::ConsentStatus;
use postern_protocol::{
    category::Category,
    envelope::link_record::LinkRecordKind,
    record::{Answerer, Record},
};
use serde_json::{Value, json};

pub const MOTHER: &str = "+12025550144";
pub const MOTHERS_DATE: &str = "1985-02-03";
pub const DAY: i64 = 24 * 60 * 60;

/// A mother's part for one of her children.
pub fn mother(id: &str, child: &str) -> Value {
    json!({"resourceType": "RelatedPerson", "id": id, "patient": {"reference": format!("Patient/{child}")},
        "relationship": [{"text": "mother"}], "name": [{"text": "Eva Example"}], "birthDate": MOTHERS_DATE,
        "telecom": [{"system": "sms", "value": MOTHER}]})
}

/// Two children without a number, and their mother, whose number was read back.
pub async fn family() -> Fixture {
    let fixture = Fixture::new().await;
    let rows = json!([
        mother("r-1", "c-1"),
        patient("c-1", "Ada Example", None, Some("2017-05-04")),
        patient("c-2", "Ben Example", None, Some("2019-08-09")),
        mother("r-2", "c-2"),
    ]);
    let imported = fixture.desk.import_patients(&rows.to_string()).await.unwrap();
    assert_eq!((imported.added, imported.helpers_added), (2, 2));
    fixture.desk.confirm_helper_number("r-1", "read back at the counter").await.unwrap();
    fixture
}

pub fn to_mother() -> SendRequest {
    SendRequest { helper: Some("r-1".into()), ..SendRequest::new("c-1", Content::Appointment(visit())) }
}

pub async fn send(fixture: &Fixture, request: &SendRequest) -> Result<(), SendError> {
    fixture.desk.send(&fixture.client().await, &fixture.transport(), request).await.map(drop)
}

pub async fn codes(fixture: &Fixture, request: &SendRequest) -> Vec<&'static str> {
    fixture.desk.dry_run(request).await.unwrap().refusals.iter().map(|one| one.code).collect()
}

pub fn opened(fixture: &Fixture, nth: usize) -> Patient {
    let text = fixture.texts().pop().unwrap().text;
    phone::open_nth(&fixture.portal, &text, MOTHERS_DATE, fixture.desk.now(), nth).unwrap()
}

/// The answer as the page makes it for a helper.
fn by_mother(record: &mut Record<Value>) {
    record.by = Answerer::Helper { name: "Eva Example".into(), relationship: "mother".into() };
    if record.resource["resourceType"] == "AppointmentResponse" {
        let mut answer = postern_fhir::AppointmentResponse::read(&(&record.resource).into()).unwrap();
        answer.helper = Some(postern_fhir::datatype::Helper {
            name: "Eva Example".into(),
            relationship: "mother".into(),
        });
        record.resource = answer.write().into();
    }
}

pub async fn answered(fixture: &Fixture, phone: &mut Patient) -> usize {
    let mut record = phone.answer();
    record.resource = accepted();
    by_mother(&mut record);
    phone.send(&fixture.portal, &record);
    fixture.read_feed().await.records
}

pub async fn import(fixture: &Fixture, row: &Value) -> Imported {
    fixture.desk.import_patients(&row.to_string()).await.unwrap()
}

#[tokio::test]
async fn a_helper_gets_the_text_opens_it_with_their_own_date_and_staff_see_who_answered() {
    let fixture = family().await;
    send(&fixture, &to_mother()).await.unwrap();
    let text = fixture.texts().pop().unwrap();
    assert_eq!(text.to, MOTHER);
    assert!(
        phone::open(&fixture.portal, &text.text, "2017-05-04", START).is_err(),
        "the child's date opens nothing"
    );
    let mut phone = opened(&fixture, 0);
    let helper = json!({"name": "Eva Example", "relationship": "mother"});
    assert_eq!(phone.about, json!({"place": 1, "initials": "A. E.", "helper": helper}));
    assert_eq!(answered(&fixture, &mut phone).await, 1);
    assert!(fixture.reasons().await.is_empty());

    let inbox = fixture.desk.inbox().await.unwrap();
    let line = inbox.messages.last().unwrap();
    assert_eq!(
        (line.patient.as_ref().unwrap().id.as_str(), line.helper.as_ref().unwrap().id.as_str()),
        ("c-1", "r-1")
    );
    let record = &inbox.records[0];
    assert_eq!(record.patient.as_ref().unwrap().id, "c-1");
    assert!(matches!(&record.by, Answerer::Helper { name, .. } if name == "Eva Example"));
    let history = fixture.desk.history(&About::Patient("c-1".into())).await.unwrap();
    let told = history.lines.iter().find(|line| line.kind == "record-booked").unwrap();
    assert!(matches!(&told.content, Some(Told::Answer { by: Answerer::Helper { .. }, .. })));
    assert_eq!((&told.what["answered_by"], &told.what["helper"]), (&json!("helper"), &json!("r-1")));
    assert!(!told.what.to_string().contains("Eva"), "the ledger's line names nobody");
}

#[tokio::test]
async fn an_answer_by_anybody_else_than_the_links_helper_is_an_incident() {
    let fixture = family().await;
    send(&fixture, &to_mother()).await.unwrap();
    let mut phone = opened(&fixture, 0);
    let as_patient = phone.answer();
    let mut other = phone.answer();
    by_mother(&mut other);
    other.by = Answerer::Helper { name: "Eva Example".into(), relationship: "aunt".into() };
    let mut inside = phone.answer();
    by_mother(&mut inside);
    inside.resource = accepted();
    for record in [as_patient, other, inside] {
        phone.send(&fixture.portal, &record);
    }
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["helper-other", "helper-other", "helper-other"]);
    assert!(fixture.desk.inbox().await.unwrap().records.is_empty());
}

#[tokio::test]
async fn each_thing_that_stands_against_a_helper_has_its_code() {
    let fixture = family().await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut row = mother("r-1", "c-1");
        change(&mut row);
        row
    };
    assert_eq!(codes(&fixture, &to_mother()).await, [""; 0]);
    let to = |helper: &str| SendRequest { helper: Some(helper.into()), ..to_mother() };
    assert_eq!(codes(&fixture, &to("r-9")).await, ["helper-unknown"]);
    assert_eq!(codes(&fixture, &to("r-2")).await, ["helper-of-another-patient"]);
    let about = |category| SendRequest { category: Some(category), ..to_mother() };
    assert_eq!(
        codes(&fixture, &about(Category::Forms)).await,
        [""; 0],
        "what is not named is what a family arranges"
    );
    assert_eq!(codes(&fixture, &about(Category::Payments)).await, ["consent-missing", "helper-out-of-scope"]);
    for (row, code) in [
        (with(&|row| row["active"] = json!(false)), "helper-ended"),
        (with(&|row| row["period"] = json!({"end": "2026-11-01"})), "helper-ended"),
        (with(&|row| row["period"] = json!({"start": "2026-12-01"})), "helper-not-yet"),
        (with(&|row| row["birthDate"] = Value::Null), "helper-without-birth-date"),
        (with(&|row| row["telecom"] = json!([])), "helper-without-number"),
    ] {
        import(&fixture, &row).await;
        assert_eq!(codes(&fixture, &to_mother()).await, [code]);
        let shown = fixture.desk.show_patient("c-1").await.unwrap();
        assert_eq!(shown.helpers[0].refused, Some(code));
    }
    let stranger = fixture.desk.import_patients(&mother("r-3", "c-9").to_string()).await.unwrap_err();
    let ImportError::Rows(rows) = stranger else { panic!("rows") };
    assert_eq!(rows[0].problems[0].code, "helper-of-unknown-patient");
}

#[tokio::test]
async fn a_helper_who_ended_may_answer_no_more_and_what_was_answered_stands() {
    let fixture = family().await;
    send(&fixture, &to_mother()).await.unwrap();
    let mut first = opened(&fixture, 0);
    assert_eq!(answered(&fixture, &mut first).await, 1);
    // The period's end reaches the desk while a link is open: it ends with it.
    let mut row = mother("r-1", "c-1");
    row["period"] = json!({"end": "2026-11-20"});
    assert_eq!(import(&fixture, &row).await.links_recalled, 0);
    let expires = fixture.desk.dry_run(&to_mother()).await.unwrap().expires;
    assert_eq!(postern_fhir::instant::to_text(expires.0), "2026-11-21T00:00:00.000Z");
    fixture.clock.forward(3 * DAY);
    assert_eq!(answered(&fixture, &mut first).await, 0);
    assert_eq!(fixture.reasons().await, ["helper-ended"]);
    assert_eq!(import(&fixture, &row).await.links_recalled, 1);
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!(inbox.messages.last().unwrap().link_state, "recalling");
    assert_eq!(inbox.records.len(), 1);
}

#[tokio::test]
async fn wrong_dates_are_added_up_for_the_helper_over_everybody_they_help_and_not_for_the_patient() {
    let fixture = family().await;
    let other = SendRequest { to: "c-2".into(), helper: Some("r-2".into()), ..to_mother() };
    for request in [&to_mother(), &other] {
        send(&fixture, request).await.unwrap();
        let lid = opened(&fixture, 0).lid();
        for used in 1..=10 {
            fixture.clock.forward(1);
            fixture.portal.say(&lid, json!({ "kind": "wrong-try", "slot": 1, "used": used }));
        }
        fixture.read_feed().await;
        fixture.clock.forward(DAY);
    }
    assert_eq!(codes(&fixture, &to_mother()).await, ["wrong-birth-dates"]);
    assert_eq!(codes(&fixture, &other).await, ["wrong-birth-dates"]);
    let own = patient("c-1", "Ada Example", Some("+12025550155"), Some("2017-05-04"));
    import(&fixture, &own).await;
    let direct = SendRequest { helper: None, ..to_mother() };
    assert_eq!(
        codes(&fixture, &direct).await,
        ["number-unconfirmed"],
        "nobody typed a wrong date of the child's"
    );
    fixture.desk.clear_helper_tries("r-2", "spoke to her").await.unwrap();
    assert_eq!(codes(&fixture, &to_mother()).await, [""; 0]);
}

#[tokio::test]
async fn a_stop_on_a_helpers_link_is_that_numbers_and_the_patients_own_goes_on() {
    let fixture = family().await;
    let own = mother("r-3", "p-1");
    import(&fixture, &own).await;
    let for_ana = SendRequest { to: "p-1".into(), helper: Some("r-3".into()), ..to_mother() };
    send(&fixture, &for_ana).await.unwrap();
    let mut phone = opened(&fixture, 0);
    let (_, stop) = phone.say(LinkRecordKind::OptOut);
    fixture.portal.say(&phone.lid(), json!({ "kind": "link-record", "jws": stop }));
    fixture.read_feed().await;
    assert_eq!(codes(&fixture, &to_mother()).await[0], "number-opted-out", "everybody on that phone");
    assert_eq!(codes(&fixture, &fixture.request()).await, [""; 0]);
    // That it was heard is told to the number that said it.
    fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    let last = fixture.texts().pop().unwrap();
    assert!(last.to == MOTHER && last.text.contains("no more"), "{} {}", last.to, last.text);
}

#[tokio::test]
async fn a_helpers_number_is_asked_about_before_the_first_message() {
    let fixture = family().await;
    let father = json!({"resourceType": "RelatedPerson", "id": "r-4", "patient": {"reference": "Patient/c-1"},
        "relationship": [{"text": "father"}], "name": [{"text": "Abe Example"}], "birthDate": "1984-01-02",
        "telecom": [{"system": "sms", "value": "+12025550166"}]});
    import(&fixture, &father).await;
    let request = SendRequest { helper: Some("r-4".into()), ..to_mother() };
    assert!(matches!(send(&fixture, &request).await, Err(SendError::Waiting { .. })));
    let asked = fixture.texts().pop().unwrap();
    assert_eq!((asked.to.as_str(), asked.lid), ("+12025550166", None));
    let waiting = fixture.desk.inbox().await.unwrap().waiting;
    assert_eq!(waiting[0].helper.as_ref().unwrap().id, "r-4");
    fixture.desk.confirm_helper_number("r-4", "answered YES").await.unwrap();
    fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    assert_eq!(fixture.texts().pop().unwrap().to, "+12025550166");
}

#[tokio::test]
async fn what_a_helper_signs_for_a_child_is_no_basis_from_the_birthday_on() {
    let fixture = family().await;
    // The child's record has the mother's number, and the 18th birthday is on 1 December.
    let child = patient("c-1", "Ada Example", Some(MOTHER), Some("2008-12-01"));
    import(&fixture, &child).await;
    fixture.publish().await;
    let ask = SendRequest { content: Content::Consent(Ask::CareTexts), ..to_mother() };
    send(&fixture, &ask).await.unwrap();
    let mut phone = opened(&fixture, 0);
    let boxes = ["appointments", "messages", "forms", "surveys"];
    let mut record = consents::answer(&mut phone, ConsentStatus::Active, &boxes, None);
    by_mother(&mut record);
    phone.send(&fixture.portal, &record);
    assert_eq!((fixture.read_feed().await.records, fixture.reasons().await), (1, vec![]));
    let given = consents::facts(&fixture).await;
    assert_eq!(given[0]["for_child"], true, "{given:?}");

    let about = |helper: Option<&str>, category| SendRequest {
        helper: helper.map(str::to_owned),
        category: Some(category),
        ..to_mother()
    };
    let birthday = postern_fhir::instant::parse("2026-12-01T00:00:00Z").unwrap().milliseconds;
    let noon = 12 * 60 * 60;
    fixture.clock.forward((birthday - fixture.desk.now().0) / 1000 - noon);
    for category in [Category::Messages, Category::Surveys] {
        assert_eq!(codes(&fixture, &about(None, category)).await, [""; 0], "{category} the day before");
    }
    fixture.clock.forward(2 * noon);
    for category in [Category::Messages, Category::Surveys] {
        assert_eq!(codes(&fixture, &about(None, category)).await, ["consent-aged-out"], "{category}");
    }
    assert_eq!(
        codes(&fixture, &about(Some("r-1"), Category::Messages)).await,
        ["helper-of-a-child", "consent-aged-out"]
    );
    // To the last second, and the ledger decides the same again without knowing the day.
    let refused = send(&fixture, &about(None, Category::Surveys)).await;
    assert!(matches!(refused, Err(SendError::Refused(_))));
    fixture.clock.forward(-noon - 1);
    assert!(!codes(&fixture, &about(None, Category::Surveys)).await.contains(&"consent-aged-out"));
    fixture.clock.forward(1);
    assert!(codes(&fixture, &about(None, Category::Surveys)).await.contains(&"consent-aged-out"));
    let ledger = format!("{:?}", fixture.desk.ledger().await.unwrap());
    assert!(!ledger.contains("2008-12-01"));

    // The patient themself, at a number of their own, is asked anew; a helper whom the adult names stays.
    let mut own = child;
    own["telecom"] = json!([{"system": "sms", "value": "+12025550156"}]);
    import(&fixture, &own).await;
    fixture.desk.confirm_number("c-1", "at the counter", None).await.unwrap();
    fixture.clock.forward(noon);
    assert_eq!(codes(&fixture, &about(None, Category::Messages)).await, [""; 0]);
    let mut named = mother("r-5", "c-1");
    named["period"] = json!({"start": "2026-12-01"});
    named["telecom"] = json!([{"system": "sms", "value": "+12025550157"}]);
    import(&fixture, &named).await;
    fixture.desk.confirm_helper_number("r-5", "at the counter").await.unwrap();
    assert_eq!(codes(&fixture, &about(Some("r-5"), Category::Messages)).await, [""; 0]);
}

#[tokio::test]
async fn what_the_portal_gets_of_a_helpers_link_is_what_it_gets_of_a_patients() {
    let fixture = family().await;
    fixture.send().await;
    send(&fixture, &to_mother()).await.unwrap();
    let inside = fixture.portal.inside();
    let forms: Vec<Value> = inside
        .links
        .values()
        .map(|link| {
            let sizes: Vec<usize> = link.envelopes.iter().map(|one| one.jwe.len()).collect();
            let slots: Vec<usize> =
                link.slots.values().map(|one| one.slot.len() + one.record.0.len()).collect();
            json!([sizes, slots])
        })
        .collect();
    assert_eq!(forms.len(), 2);
    assert_eq!(forms[0], forms[1], "number and sizes are the same");
}
#[tokio::test]
async fn nothing_of_a_helper_lies_open_in_the_store() {
    let fixture = family().await;
    send(&fixture, &to_mother()).await.unwrap();
    fixture.desk.shut().await;
    let mut looked = 0;
    for entry in std::fs::read_dir(fixture.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        // The outbox is the transport's: it has the number that the text goes to.
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let words = String::from_utf8_lossy(&bytes);
            for secret in ["Eva Example", "mother", MOTHERS_DATE, "2025550144"] {
                assert!(!words.contains(secret), "{secret} stands in {}", path.display());
            }
            looked += usize::from(words.contains("helper_by_proof"));
        }
    }
    assert!(looked > 0, "the store was among them");
}

#[tokio::test]
async fn a_text_on_its_way_over_the_night_of_the_birthday_does_not_go() {
    let fixture = family().await;
    import(&fixture, &patient("c-1", "Ada Example", Some(MOTHER), Some("2008-11-19"))).await;
    fixture.publish().await;
    let ask = SendRequest { content: Content::Consent(Ask::CareTexts), ..to_mother() };
    send(&fixture, &ask).await.unwrap();
    let mut phone = opened(&fixture, 0);
    let mut record = consents::answer(&mut phone, ConsentStatus::Active, &["messages"], None);
    by_mother(&mut record);
    phone.send(&fixture.portal, &record);
    fixture.read_feed().await;
    let calls = fixture.portal.inside().calls.len();
    fixture.portal.inside().fault = Some((calls + 1, crate::portal::Break::Before));
    let words = Content::Text { subject: "Results".into(), text: "All well.".into() };
    let own = SendRequest { category: Some(Category::Messages), ..SendRequest::new("c-1", words) };
    assert!(matches!(send(&fixture, &own).await, Err(SendError::NotYet { .. })));
    fixture.clock.forward(DAY - 60);
    let resumed = fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    assert!(
        resumed.iter().any(
            |one| matches!(one, Err(SendError::Abandoned { why, .. }) if why.code == "consent-aged-out")
        ),
        "{resumed:?}"
    );
}
