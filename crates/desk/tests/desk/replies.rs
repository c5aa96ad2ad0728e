//! Writing back, and the clinic's answer: once in the thread, once by a text.

use crate::{
    fixture::{BIRTH_DATE, Fixture, NUMBER, clinic_toml},
    patient::{self, Patient},
    portal::Break,
};
use postern_desk::{
    Clinic,
    history::About,
    inbox::MessageState,
    replies::{Answered, ReplyRequest, Texted, Threaded},
    rules::{Scope, suppress::Suppression},
    send::{Content, SendError, SendRequest},
};
use postern_fhir::{Communication, Replies};
use postern_protocol::{
    envelope::message,
    record::{Record, RecordKind},
    wire::desk_links::{DeskLinkState, EnvelopeRequest},
};
use serde_json::{Value, json};

const QUESTION: &str = "May I take it *with* food?";
const ANSWER: &str = "Yes, with a **little** water.";

fn clinic() -> Clinic {
    let replies = "[replies]\nanswer_within_hours = 4\nclosed = [\"2026-12-25\"]\n\
        [[replies.open]]\ndays = [\"mon\", \"tue\", \"wed\"]\nfrom = \"08:00\"\nuntil = \"17:00\"\n";
    Clinic::from_toml(&format!("{}\n{replies}", clinic_toml())).unwrap()
}

fn words() -> SendRequest {
    SendRequest::new("p-1", Content::Text { subject: "Your medicine".into(), text: "One a day.".into() })
}

fn answer(to: &str) -> ReplyRequest {
    ReplyRequest { to: to.to_owned(), words: ANSWER.into(), text_after: 0, idempotency_key: None }
}

impl Patient {
    fn written(&mut self, words: &str) -> Record<Value> {
        let written = Communication { payload: vec![words.into()], ..Communication::default() };
        let resource = written.write_as_answer(&self.mid.to_text()).into();
        Record { kind: RecordKind::Communication, resource, ..self.answer() }
    }

    fn write(&mut self, fixture: &Fixture, words: &str) -> String {
        let record = self.written(words);
        self.send(&fixture.portal, &record).0.to_string()
    }
}

/// A message is open, and something was written back.
async fn replied() -> (Fixture, Patient, String) {
    let fixture = Fixture::with(clinic()).await;
    let mut patient = opened(&fixture, &words()).await;
    let rid = patient.write(&fixture, QUESTION);
    fixture.read_feed().await;
    (fixture, patient, rid)
}

async fn opened(fixture: &Fixture, request: &SendRequest) -> Patient {
    fixture.desk.send(&fixture.client().await, &fixture.transport(), request).await.unwrap();
    let text = fixture.texts().pop().unwrap().text;
    patient::open(&fixture.portal, &text, BIRTH_DATE, fixture.desk.now()).unwrap()
}

async fn reply(fixture: &Fixture, request: &ReplyRequest) -> Result<Answered, SendError> {
    fixture.desk.reply(&fixture.client().await, &fixture.transport(), request).await
}

/// What the portal holds for the link on which was written.
fn thread(fixture: &Fixture, patient: &Patient) -> Vec<EnvelopeRequest> {
    fixture.portal.inside().links[&patient.lid()].envelopes.clone()
}

fn texts(bundle: &Value) -> Vec<&Value> {
    let all = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    all.filter(|resource| resource["resourceType"] == "Communication").collect()
}

async fn states(fixture: &Fixture) -> Vec<MessageState> {
    fixture.desk.inbox().await.unwrap().messages.iter().map(|line| line.state).collect()
}

#[tokio::test]
async fn a_message_offers_a_reply_with_hours_and_zone_where_the_clinic_reads_replies() {
    let fixture = Fixture::with(clinic()).await;
    let patient = opened(&fixture, &words()).await;
    let entries = patient.bundle["entry"].as_array().unwrap();
    let offer = &entries.last().unwrap()["resource"];
    let offer = Replies::read(&offer.into()).unwrap();
    assert_eq!((offer.zone.as_str(), offer.answer_within_hours, offer.open[0].from), ("Etc/UTC", 4, 480));
    assert_eq!(offer.closed, ["2026-12-25"]);
    let line = fixture.desk.inbox().await.unwrap().messages.remove(0);
    assert_eq!(line.offers, [RecordKind::Preferences, RecordKind::Communication]);
}

#[tokio::test]
async fn without_hours_or_where_the_sender_says_no_a_reply_is_not_offered_and_not_booked() {
    let silent = Fixture::new().await;
    let refuses = Fixture::with(clinic()).await;
    for (fixture, request) in [(silent, words()), (refuses, SendRequest { no_reply: true, ..words() })] {
        let mut patient = opened(&fixture, &request).await;
        assert!(!patient.bundle.to_string().contains("HealthcareService"));
        patient.write(&fixture, QUESTION);
        fixture.read_feed().await;
        assert_eq!(fixture.reasons().await, ["kind-not-offered"]);
    }
}

#[tokio::test]
async fn what_was_written_back_is_booked_once_with_its_words_and_others_beside_it() {
    let (fixture, mut patient, rid) = replied().await;
    let second = patient.write(&fixture, "And at night?");
    fixture.read_feed().await;
    let records = fixture.desk.inbox().await.unwrap().records;
    let said: Vec<_> = records.iter().map(|one| (one.rid.as_str(), one.words.as_deref())).collect();
    assert_eq!(said, [(rid.as_str(), Some(QUESTION)), (second.as_str(), Some("And at night?"))]);
    assert!(records.iter().all(|one| one.signature_valid && one.receipt_valid && one.replaced_by.is_none()));
    assert!(fixture.reasons().await.is_empty());
}

#[tokio::test]
async fn a_reply_that_says_nothing_too_much_or_answers_something_else_is_an_incident() {
    let fixture = Fixture::with(clinic()).await;
    let mut patient = opened(&fixture, &words()).await;
    let long = "a".repeat(1001);
    let mut wrong: Vec<Record<Value>> = [" ", &long].iter().map(|words| patient.written(words)).collect();
    let mut other = patient.written(QUESTION);
    other.resource["inResponseTo"][0]["identifier"]["value"] = json!("another");
    wrong.push(other);
    let mut two = patient.written(QUESTION);
    two.resource["payload"] = json!([{ "contentString": "a" }, { "contentString": "b" }]);
    wrong.push(two);
    for record in &wrong {
        patient.send(&fixture.portal, record);
    }
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, vec!["resource"; wrong.len()]);
}

#[tokio::test]
async fn an_answer_stands_in_the_thread_and_goes_as_a_text_that_quotes_what_it_answers() {
    let (fixture, patient, rid) = replied().await;
    let answered = reply(&fixture, &answer(&rid)).await.unwrap();
    let Threaded::Added { lid, mid } = answered.thread else { panic!("{answered:?}") };
    let Texted::Sent(sent) = answered.text else { panic!("{answered:?}") };
    assert_eq!(lid, patient.lid());

    let envelopes = thread(&fixture, &patient);
    assert_eq!((envelopes.len(), envelopes[1].n, envelopes[1].mid), (2, 2, mid));
    let opened = message::open::<postern_json::Value>(&envelopes[1].jwe, &patient.content_key, &mid).unwrap();
    let bundle: Value = opened.message.bundle.into();
    let told = texts(&bundle)[0];
    assert_eq!(told["payload"], json!([{ "contentString": ANSWER }]));
    assert_eq!(told["topic"]["text"], "Our answer: Your medicine");
    assert_eq!(Communication::answers(&told.into()), Some(rid.as_str()));
    assert!(bundle.to_string().contains("HealthcareService"), "it may be written back to");

    let text = fixture.texts().pop().unwrap();
    assert_eq!((text.to.as_str(), text.lid), (NUMBER, Some(sent.lid)));
    let alone = patient::open(&fixture.portal, &text.text, BIRTH_DATE, fixture.desk.now()).unwrap();
    let read = texts(&alone.bundle)[0]["payload"][0]["contentString"].as_str().unwrap().to_owned();
    assert_eq!(read, format!("{ANSWER}\n\nYou wrote to us:\n\nMay I take it \\*with\\* food?"));

    let inbox = fixture.desk.inbox().await.unwrap();
    let lines: Vec<_> = inbox.messages.iter().map(|line| (line.state, line.answers.as_deref())).collect();
    let of = Some(rid.as_str());
    assert_eq!(
        lines,
        [(MessageState::Answered, None), (MessageState::Added, of), (MessageState::HandedOver, of)]
    );
    let history = fixture.desk.history(&About::Patient("p-1".into())).await.unwrap();
    let kinds: Vec<&str> = history.lines.iter().map(|line| line.kind.as_str()).collect();
    for kind in ["record-booked", "answer-decided", "answer-added", "text-handed-over", "answer-text"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
}

#[tokio::test]
async fn the_patient_writes_back_again_and_the_link_alone_names_the_newest_reply() {
    let (fixture, mut patient, rid) = replied().await;
    reply(&fixture, &answer(&rid)).await.unwrap();
    let envelopes = thread(&fixture, &patient);
    let opened =
        message::open::<postern_json::Value>(&envelopes[1].jwe, &patient.content_key, &envelopes[1].mid)
            .unwrap();
    patient.mid = envelopes[1].mid;
    patient.plaintext_sha256 = opened.plaintext_sha256;
    fixture.clock.forward(60);
    let second = patient.write(&fixture, "And at night?");
    fixture.read_feed().await;
    assert!(fixture.reasons().await.is_empty());
    let answered = reply(&fixture, &answer(&patient.lid().to_text())).await.unwrap();
    assert_eq!(answered.rid, second);
    let subjects = fixture.desk.inbox().await.unwrap().messages;
    assert_eq!(subjects.last().unwrap().subject.as_deref(), Some("Our answer: Your medicine"));
    assert_eq!(thread(&fixture, &patient).len(), 3);
}

#[tokio::test]
async fn an_answer_that_broke_off_at_any_call_is_one_in_the_thread_and_one_text() {
    // The thread's message, then link, registration, slot and message of the text.
    for call in 0..5 {
        for how in [Break::Before, Break::After] {
            let (mut fixture, patient, rid) = replied().await;
            let before = fixture.portal.inside().calls.len();
            fixture.portal.inside().fault = Some((before + call, how));
            let broken = reply(&fixture, &answer(&rid)).await.unwrap_err();
            assert!(matches!(broken, SendError::NotYet { .. }), "{call} {how:?}: {broken:?}");
            fixture.restart().await;
            // Half of the time somebody repeats the command, half of the time the running desk goes on.
            if call % 2 == 0 {
                reply(&fixture, &answer(&rid)).await.unwrap();
            } else {
                fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
            }
            for _ in 0..2 {
                let again = reply(&fixture, &answer(&rid)).await.unwrap();
                assert!(matches!(again.thread, Threaded::Added { .. }), "{call} {how:?}: {again:?}");
                fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
            }
            assert_eq!((thread(&fixture, &patient).len(), fixture.texts().len()), (2, 2), "{call} {how:?}");
            assert_eq!(fixture.portal.inside().links.len(), 2, "{call} {how:?}");
            assert_eq!(states(&fixture).await[1..], [MessageState::Added, MessageState::HandedOver]);
        }
    }
}

#[tokio::test]
async fn other_words_are_another_answer_and_a_key_holds_them_together() {
    let (fixture, patient, rid) = replied().await;
    reply(&fixture, &answer(&rid)).await.unwrap();
    let other = ReplyRequest { words: "One more thing.".into(), ..answer(&rid) };
    reply(&fixture, &other).await.unwrap();
    assert_eq!((thread(&fixture, &patient).len(), fixture.texts().len()), (3, 3));
    let keyed = |words: &str| ReplyRequest {
        words: words.into(),
        idempotency_key: Some("ticket 9".into()),
        ..answer(&rid)
    };
    reply(&fixture, &keyed("First")).await.unwrap();
    reply(&fixture, &keyed("Second")).await.unwrap();
    assert_eq!((thread(&fixture, &patient).len(), fixture.texts().len()), (4, 4));
}

#[tokio::test]
async fn where_a_rule_refuses_the_text_the_thread_has_the_answer_and_the_text_may_go_later_once() {
    let (fixture, patient, rid) = replied().await;
    let whom = About::Patient("p-1".into());
    fixture.desk.suppress(&whom, Suppression::Add, Scope::Everything, "at the counter").await.unwrap();
    let answered = reply(&fixture, &answer(&rid)).await.unwrap();
    assert!(matches!(answered.thread, Threaded::Added { .. }));
    let Texted::Refused(refusals) = &answered.text else { panic!("{answered:?}") };
    assert_eq!(refusals[0].code, "number-opted-out");
    assert_eq!((thread(&fixture, &patient).len(), fixture.texts().len()), (2, 1));
    fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
    assert_eq!(fixture.texts().len(), 1, "nobody asked for it again");

    fixture.desk.suppress(&whom, Suppression::Lift, Scope::Everything, "at the counter").await.unwrap();
    for _ in 0..2 {
        let again = reply(&fixture, &answer(&rid)).await.unwrap();
        assert!(
            matches!(again.text, Texted::Sent(_) | Texted::Done { read_in_the_page: false }),
            "{again:?}"
        );
    }
    assert_eq!((thread(&fixture, &patient).len(), fixture.texts().len()), (2, 2));
}

#[tokio::test]
async fn a_text_that_may_wait_goes_only_if_nobody_read_the_answer_in_the_open_page() {
    for read in [true, false] {
        let (fixture, patient, rid) = replied().await;
        let request = ReplyRequest { text_after: 60, ..answer(&rid) };
        let answered = reply(&fixture, &request).await.unwrap();
        let Threaded::Added { lid, mid } = answered.thread else { panic!("{answered:?}") };
        assert_eq!(answered.text, Texted::After { at: fixture.desk.now().plus_seconds(60) });
        let client = fixture.client().await;
        fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
        assert_eq!(fixture.texts().len(), 1, "it waits");
        if read {
            let envelopes = thread(&fixture, &patient);
            let key = &patient.content_key;
            let opened = message::open::<postern_json::Value>(&envelopes[1].jwe, key, &mid).unwrap();
            let seen = json!({ "kind": "seen", "mid": mid, "shown": opened.plaintext_sha256, "event": "read", "ms": 0 });
            fixture.portal.say(&lid, seen);
            fixture.read_feed().await;
        }
        fixture.clock.forward(61);
        fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
        let texts = if read { 1 } else { 2 };
        assert_eq!(fixture.texts().len(), texts, "read: {read}");
        let again = reply(&fixture, &request).await.unwrap();
        assert_eq!(again.text, Texted::Done { read_in_the_page: read });
        assert_eq!(fixture.texts().len(), texts, "read: {read}");
    }
}

#[tokio::test]
async fn a_link_that_has_ended_takes_no_answer_and_the_text_goes_all_the_same() {
    let (fixture, patient, rid) = replied().await;
    fixture.desk.recall(&fixture.client().await, &patient.lid().to_text()).await.unwrap();
    let answered = reply(&fixture, &answer(&rid)).await.unwrap();
    assert_eq!(answered.thread, Threaded::Ended);
    assert!(matches!(answered.text, Texted::Sent(_)));
    assert_eq!((thread(&fixture, &patient).len(), fixture.texts().len()), (1, 2));

    // The portal knows it and the desk does not yet.
    let (fixture, patient, rid) = replied().await;
    fixture.portal.inside().links.get_mut(&patient.lid()).unwrap().state = DeskLinkState::Expired;
    let answered = reply(&fixture, &answer(&rid)).await.unwrap();
    assert_eq!(answered.thread, Threaded::Ended);
    assert!(matches!(answered.text, Texted::Sent(_)));
    assert_eq!(states(&fixture).await[1], MessageState::GivenUp);
}

#[tokio::test]
async fn what_is_no_reply_or_no_answer_is_refused_and_nothing_is_written_down() {
    let (fixture, patient, rid) = replied().await;
    let lines = fixture.desk.ledger().await.unwrap().len();
    let empty = ReplyRequest { words: " \n".into(), ..answer(&rid) };
    let late = ReplyRequest { text_after: 3601, ..answer(&rid) };
    let nobody = answer("01890a5d-ac96-774b-bcce-b302099a8057");
    for (request, code) in [(empty, "content-empty"), (late, "text-too-late"), (nobody, "reply-unknown")] {
        let Err(SendError::Refused(refusals)) = reply(&fixture, &request).await else { panic!("{code}") };
        assert_eq!(refusals[0].code, code);
    }
    assert_eq!(fixture.desk.ledger().await.unwrap().len(), lines);
    assert_eq!((thread(&fixture, &patient).len(), fixture.texts().len()), (1, 1));
}

#[tokio::test]
async fn whoever_read_the_answer_in_the_open_page_is_not_reminded_of_its_text() {
    for read in [true, false] {
        let (fixture, patient, rid) = replied().await;
        let answered = reply(&fixture, &answer(&rid)).await.unwrap();
        let Threaded::Added { lid, mid } = answered.thread else { panic!("{answered:?}") };
        if read {
            let jwe = &thread(&fixture, &patient)[1].jwe;
            let opened = message::open::<postern_json::Value>(jwe, &patient.content_key, &mid).unwrap();
            let shown = opened.plaintext_sha256;
            let seen = json!({ "kind": "seen", "mid": mid, "shown": shown, "event": "read", "ms": 0 });
            fixture.portal.say(&lid, seen);
            fixture.read_feed().await;
        }
        fixture.clock.forward(3 * 24 * 60 * 60 + 60);
        fixture.desk.resume(&fixture.client().await, &fixture.transport()).await.unwrap();
        assert_eq!(fixture.texts().len(), if read { 2 } else { 3 }, "read: {read}");
        fixture.clock.forward(5 * 24 * 60 * 60);
        fixture.desk.expire_links().await.unwrap();
        let inbox = fixture.desk.inbox().await.unwrap();
        let text =
            inbox.messages.iter().find(|line| line.answers.is_some() && line.added_at.is_none()).unwrap();
        assert_eq!(text.unread, !read);
    }
}
