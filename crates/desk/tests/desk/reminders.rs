//! One reminder of a message that nobody opened, within every rule, and never of one that somebody did something about.

use crate::fixture::{BIRTH_DATE, Fixture, patient, visit};
use crate::patient as phone;
use postern_desk::{
    ending::Ended,
    inbox::{MessageLine, MessageState},
    rules::{Fact, replay},
    send::{Content, SendError, SendRequest},
};
use postern_protocol::{envelope::link_record::LinkRecordKind, id::LinkId, wire::desk_links::DeskLinkState};
use serde_json::json;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

async fn resume(fixture: &Fixture) -> Vec<Result<LinkId, SendError>> {
    let resumed = fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    resumed.into_iter().map(|one| one.map(|sent| sent.lid)).collect()
}

async fn lines(fixture: &Fixture) -> Vec<MessageLine> {
    fixture.desk.inbox().await.unwrap().messages
}

/// A message that went out three days ago, and its link.
async fn unread() -> (Fixture, LinkId) {
    let fixture = Fixture::new().await;
    let sent = fixture.send().await;
    fixture.clock.forward(3 * DAY);
    (fixture, sent.lid)
}

#[tokio::test]
async fn after_three_days_one_reminder_goes_on_a_link_that_ends_with_the_first_and_no_second() {
    let fixture = Fixture::new().await;
    let sent = fixture.send().await;
    fixture.clock.forward(3 * DAY - 1);
    assert!(resume(&fixture).await.is_empty());
    fixture.clock.forward(1);
    let [Ok(lid)] = resume(&fixture).await[..] else { panic!("one reminder") };
    assert_eq!(fixture.texts().len(), 2);
    let opened =
        phone::open(&fixture.portal, &fixture.texts()[1].text, BIRTH_DATE, fixture.desk.now()).unwrap();
    assert_eq!((opened.lid(), &opened.bundle["entry"][0]["resource"]), (lid, &visit()));
    let found = lines(&fixture).await;
    assert_eq!((found[0].expires, found[1].expires), (sent.expires, sent.expires));
    assert_eq!(
        (found[0].reminder.as_ref(), found[1].reminds.as_ref()),
        (Some(&found[1].mid), Some(&found[0].mid))
    );
    assert!(!found[0].unread && !found[1].unread);
    fixture.clock.forward(3 * DAY - 1);
    assert!(resume(&fixture).await.is_empty() && !lines(&fixture).await[0].unread);
    fixture.clock.forward(1);
    assert!(resume(&fixture).await.is_empty(), "there is one");
    assert!(lines(&fixture).await[0].unread, "somebody should call");
    assert_eq!(fixture.texts().len(), 2);
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
}

#[tokio::test]
async fn a_reminder_is_a_text_of_the_category_and_waits_for_morning_and_for_the_count() {
    let fixture = Fixture::new().await;
    let bo = patient("p-2", "Bo Example", Some("+12025550177"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&bo.to_string()).await.unwrap();
    fixture.desk.confirm_number("p-2", "read back", None).await.unwrap();
    let text = |subject: &str| {
        SendRequest::new("p-2", Content::Text { subject: subject.into(), text: "All well.".into() })
    };
    let send = async |subject: &str| {
        fixture.desk.send(&fixture.client().await, &fixture.transport(), &text(subject)).await.map(drop)
    };
    // The fixture starts on a Wednesday at 11:06; the reminder falls due on Saturday at 19:06 and is looked at an hour later.
    fixture.clock.forward(8 * HOUR);
    send("one").await.unwrap();
    fixture.clock.forward(3 * DAY + HOUR);
    assert!(resume(&fixture).await.is_empty(), "at night");
    fixture.clock.forward(17 * HOUR);
    send("two").await.unwrap();
    assert!(resume(&fixture).await.is_empty(), "one text a day");
    fixture.clock.forward(DAY);
    let [Ok(_)] = resume(&fixture).await[..] else { panic!("now it goes") };
    assert!(
        matches!(send("three").await, Err(SendError::Refused(why)) if why[0].code == "limit-without-consent")
    );
    let lines = fixture.desk.ledger().await.unwrap();
    let decided = lines.iter().find(|line| line.kind == "reminder-decided").unwrap();
    let told = replay::facts_of(decided).unwrap().unwrap();
    assert!(matches!(&told.facts[..], [Fact::TextDecided { counted: true, .. }]));
    assert_eq!(fixture.desk.standings_that_differ().await.unwrap(), [] as [String; 0]);
}

#[tokio::test]
async fn never_after_it_was_opened() {
    let (fixture, lid) = unread().await;
    fixture.portal.say(&lid, json!({ "kind": "opened" }));
    fixture.read_feed().await;
    assert!(resume(&fixture).await.is_empty());
}

#[tokio::test]
async fn never_after_it_was_answered() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    fixture.clock.forward(3 * DAY);
    patient.confirm(&fixture.portal);
    fixture.read_feed().await;
    assert!(resume(&fixture).await.is_empty());
}

#[tokio::test]
async fn never_after_something_was_asked_from_its_page() {
    let fixture = Fixture::new().await;
    let mut holder = fixture.open_visit().await;
    fixture.clock.forward(3 * DAY);
    let (_, jws) = holder.say(LinkRecordKind::Help);
    fixture.portal.say(&holder.lid(), json!({ "kind": "link-record", "jws": jws }));
    fixture.read_feed().await;
    assert!(resume(&fixture).await.is_empty());
}

#[tokio::test]
async fn never_after_it_was_taken_back_or_ended() {
    let (fixture, lid) = unread().await;
    fixture.desk.recall(&fixture.client().await, &lid.to_text()).await.unwrap();
    assert!(resume(&fixture).await.is_empty());
    let (fixture, lid) = unread().await;
    fixture.portal.say(&lid, json!({ "kind": "expired" }));
    fixture.read_feed().await;
    assert!(resume(&fixture).await.is_empty());
    assert!(lines(&fixture).await[0].unread, "it ended and nobody opened it");
    // The desk does not need the portal's word for it.
    let fixture = Fixture::new().await;
    fixture.send().await;
    fixture.clock.forward(7 * DAY);
    assert!(resume(&fixture).await.is_empty());
}

#[tokio::test]
async fn never_of_a_visit_that_is_over_and_never_to_another_number() {
    let fixture = Fixture::new().await;
    let mut soon = visit();
    soon["start"] = json!(postern_fhir::instant::to_text(fixture.desk.now().plus_seconds(2 * DAY).0));
    let request = SendRequest::new("p-1", Content::Appointment(soon));
    fixture.desk.send(&fixture.client().await, &fixture.transport(), &request).await.unwrap();
    fixture.clock.forward(3 * DAY);
    assert!(resume(&fixture).await.is_empty());
    assert!(lines(&fixture).await[0].unread);
    let (fixture, _) = unread().await;
    let moved = patient("p-1", "Ana Example", Some("+12025550199"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&moved.to_string()).await.unwrap();
    fixture.desk.confirm_number("p-1", "read back", None).await.unwrap();
    assert!(resume(&fixture).await.is_empty());
    let ledger = fixture.desk.ledger().await.unwrap();
    let refused: Vec<_> = ledger.iter().filter(|line| line.kind == "reminder-refused").collect();
    assert_eq!((refused.len(), refused[0].what["why"].as_str()), (1, Some("number-changed")));
}

#[tokio::test]
async fn an_opening_between_decision_and_hand_over_stops_it() {
    let (fixture, lid) = unread().await;
    let calls = fixture.portal.inside().calls.len();
    fixture.portal.inside().fault = Some((calls + 1, crate::portal::Break::Before));
    assert!(matches!(resume(&fixture).await[..], [Err(SendError::NotYet { .. })]));
    fixture.portal.say(&lid, json!({ "kind": "opened" }));
    fixture.read_feed().await;
    let resumed = resume(&fixture).await;
    assert!(
        matches!(&resumed[..], [Err(SendError::Abandoned { why, .. })] if why.code == "reminder-needless")
    );
    assert_eq!(fixture.texts().len(), 1);
}

#[tokio::test]
async fn an_answer_on_one_of_the_two_links_closes_the_other_and_a_recall_takes_both() {
    let (fixture, first) = unread().await;
    let [Ok(_)] = resume(&fixture).await[..] else { panic!("one reminder") };
    let mut patient =
        phone::open(&fixture.portal, &fixture.texts()[1].text, BIRTH_DATE, fixture.desk.now()).unwrap();
    patient.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 1);
    let state = |fixture: &Fixture, lid: LinkId| fixture.portal.inside().links[&lid].state;
    assert_eq!(state(&fixture, first), DeskLinkState::Closed);
    assert_eq!(lines(&fixture).await[1].state, MessageState::Answered);
    assert!(!lines(&fixture).await[0].unread);
    let (fixture, first) = unread().await;
    let [Ok(second)] = resume(&fixture).await[..] else { panic!("one reminder") };
    let ended = fixture.desk.recall(&fixture.client().await, &first.to_text()).await.unwrap();
    assert_eq!(ended, Ended::Everywhere);
    for lid in [first, second] {
        assert_eq!(state(&fixture, lid), DeskLinkState::Recalled);
    }
}

#[tokio::test]
async fn a_reminder_of_a_question_for_consent_asks_the_same_on_pages_of_its_own() {
    let fixture = Fixture::new().await;
    fixture.publish().await;
    let ask = SendRequest::new("p-1", Content::Consent(postern_desk::consent::Ask::CareTexts));
    fixture.desk.send(&fixture.client().await, &fixture.transport(), &ask).await.unwrap();
    fixture.clock.forward(3 * DAY);
    let [Ok(_)] = resume(&fixture).await[..] else { panic!("one reminder") };
    let open = |n: usize| {
        phone::open(&fixture.portal, &fixture.texts()[n].text, BIRTH_DATE, fixture.desk.now()).unwrap().bundle
    };
    let (first, second) = (open(0), open(1));
    assert_eq!(first["entry"][0], second["entry"][0]);
    let sheets = [&first, &second].map(|bundle| bundle["entry"].as_array().unwrap().len());
    assert_eq!(sheets, [2, 2], "how the texts stand is said anew, once");
    assert_ne!(first["entry"][1], second["entry"][1]);
}
