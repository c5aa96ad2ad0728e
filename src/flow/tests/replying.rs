use super::{
    phone::{Line, NOW, Phone},
    portal::{CANARY, FakePortal},
};
use crate::flow::{
    BrowserEvent, Event, Screen,
    answer::{Draft, DraftProblem, Said},
    aside::{AsideDoor, AsideEvent},
    content::Entry,
    ended::Why,
    preferences::Typed,
    reply::MOST_REPLIES,
    visit::{Step, VisitEvent},
};
use postern_fhir::{Bundle, Communication, Entry as FhirEntry, Replies, code::Weekday, replies::OpenHours};
use postern_protocol::{
    error_code::ErrorCode,
    record::{Answerer, RecordKind},
    wire::link_open::LinkState,
};

const ANSWER: &str = "Yes, with a little water.";

fn offer() -> FhirEntry {
    let open = OpenHours { days: Weekday::ALL[..5].to_vec(), from: 480, until: 1020 };
    let offer = Replies {
        zone: "America/New_York".into(),
        answer_within_hours: 4,
        open: vec![open],
        closed: Vec::new(),
    };
    FhirEntry::Replies(offer.write())
}

fn told(subject: &str, text: &str) -> FhirEntry {
    FhirEntry::Communication(Communication::text(subject, text))
}

/// A message that offers a reply is open.
fn opened() -> Phone {
    let mut portal = FakePortal::new(NOW);
    portal.send(2, Bundle::of([told("Your medicine", "One in the morning."), offer()]));
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    phone
}

fn types(phone: &mut Phone, words: &str) {
    let typed = Box::new(Typed { reply: words.into(), ..Typed::default() });
    phone.visit_sends(VisitEvent::Typed(Draft { typed, ..phone.visit().draft.clone() }));
}

fn writes(phone: &mut Phone, words: &str) {
    types(phone, words);
    phone.visit_sends(VisitEvent::Send);
}

fn at_reply() -> Phone {
    let mut phone = opened();
    phone.visit_sends(VisitEvent::OpenReply);
    assert_eq!(phone.screen(), Screen::Reply);
    phone
}

/// The clinic adds a message to the link, and the open page asks in time.
fn answer_comes(phone: &mut Phone) {
    let n = u32::try_from(phone.portal.envelopes.len()).unwrap() + 1;
    phone.portal.send(n, Bundle::of([told("Our answer", ANSWER)]));
    phone.wait(9);
}

fn newest_text(phone: &Phone) -> &str {
    match phone.visit().letters.last().and_then(|letter| letter.entries.first()) {
        Some(Entry::Text(text)) => &text.text,
        _ => panic!("the newest message is a text"),
    }
}

#[test]
fn what_is_written_back_is_signed_receipted_and_names_the_message_it_answers() {
    let mut phone = at_reply();
    writes(&mut phone, "  May I take it with food? ");
    assert_eq!(phone.screen(), Screen::Receipt);
    let record = phone.portal.opened_as::<postern_json::Value>(0);
    let mid = phone.visit().letters[1].mid;
    assert_eq!((record.kind, record.mid, record.replaces), (RecordKind::Communication, mid, None));
    assert_eq!(Communication::answers(&record.resource), Some(&*mid.to_text()));
    assert_eq!(Communication::read(&record.resource).unwrap().payload, ["May I take it with food?"]);
    assert_eq!(phone.last_answer().said, Said::Reply("May I take it with food?".into()));
    assert!(phone.visit().draft.is_empty(), "what was received is not typed any more");
    assert_eq!(phone.visit().replies_to(2).collect::<Vec<_>>(), [0]);
    assert_eq!(phone.visit().replies_to(1).count(), 0);
}

#[test]
fn several_replies_stand_side_by_side_up_to_an_end() {
    let mut phone = opened();
    for _ in 0..MOST_REPLIES {
        phone.visit_sends(VisitEvent::OpenReply);
        writes(&mut phone, "One more thing.");
        phone.visit_sends(VisitEvent::Back);
    }
    assert_eq!(phone.portal.records.len(), MOST_REPLIES);
    assert!(phone.visit().answers.iter().all(|one| !one.replaced));
    phone.visit_sends(VisitEvent::OpenReply);
    assert_eq!(phone.screen(), Screen::Message, "no more than that");
    phone.visit_sends(VisitEvent::Close);
    phone.types_right_date();
    assert_eq!(phone.visit().replies_to(2).count(), MOST_REPLIES);
    assert!(phone.visit().is_full_of_replies() && !phone.visit().doubtful);
}

#[test]
fn nothing_written_and_too_much_are_said_and_not_sent() {
    let mut phone = at_reply();
    for (words, found) in [
        (" \n", DraftProblem::NoWords),
        (&*"a".repeat(1001), DraftProblem::TooLong(crate::flow::answer::Field::Reply)),
    ] {
        writes(&mut phone, words);
        assert!(
            matches!(phone.visit().step, Step::Writing { message: 2, problem: Some(problem) } if problem == found)
        );
    }
    assert_eq!(phone.count("records"), 0);
}

#[test]
fn where_no_reply_is_offered_none_can_be_written() {
    let mut phone = Phone::tap(FakePortal::new(NOW));
    phone.types_right_date();
    phone.visit_sends(VisitEvent::OpenReply);
    assert_eq!(phone.screen(), Screen::Message);
}

#[test]
fn somebody_who_writes_for_the_patient_says_who_they_are() {
    let mut phone = at_reply();
    let draft = Draft { for_other: true, ..Draft::default() };
    phone.visit_sends(VisitEvent::Typed(draft));
    writes(&mut phone, "She is better.");
    assert!(matches!(phone.visit().step, Step::Writing { problem: Some(DraftProblem::NoHelperName), .. }));
    let draft = Draft {
        helper_name: "A. Helper".into(),
        helper_relationship: "daughter".into(),
        ..phone.visit().draft.clone()
    };
    phone.visit_sends(VisitEvent::Typed(draft));
    phone.visit_sends(VisitEvent::Send);
    let record = phone.portal.opened_as::<postern_json::Value>(0);
    assert!(matches!(record.by, Answerer::Helper { ref name, .. } if name == "A. Helper"));
    let written = Communication::read(&record.resource).unwrap();
    assert_eq!(written.sender.as_deref(), Some("A. Helper (daughter)"));
    assert_eq!(phone.last_answer().helper, Some(("A. Helper".into(), "daughter".into())));
}

#[test]
fn what_was_typed_survives_the_cover_and_a_lost_line() {
    let mut phone = at_reply();
    types(&mut phone, "Half a sent");
    phone.visit_sends(VisitEvent::Focused("reply".into()));
    phone.wait(310);
    assert_eq!(phone.screen(), Screen::Door);
    phone.types_right_date();
    assert!(matches!(phone.visit().step, Step::Writing { message: 2, problem: None }));
    assert_eq!(phone.visit().draft.typed.reply, "Half a sent");
    assert_eq!(phone.visit().resume.as_deref(), Some("reply"));
    phone.line(Line::Down);
    writes(&mut phone, "Half a sentence.");
    assert_eq!(phone.screen(), Screen::Sending);
    phone.line(Line::Up);
    phone.browser(BrowserEvent::Online);
    assert_eq!(phone.last_answer().said, Said::Reply("Half a sentence.".into()));
}

#[test]
fn an_answer_stands_on_the_open_page_within_ten_seconds_and_is_told_to_be_read() {
    let mut phone = opened();
    assert_eq!(phone.portal.read.len(), 2);
    phone.wait(100);
    answer_comes(&mut phone);
    assert_eq!(newest_text(&phone), ANSWER);
    assert!(!phone.visit().doubtful && phone.visit().missing.is_empty() && !phone.visit().has_unread());
    assert_eq!(phone.portal.read.len(), 3);
    let (mid, ms) = phone.portal.read[2];
    assert_eq!(
        (mid, ms),
        (phone.visit().letters[2].mid, 0),
        "read from now on, not since the page was opened"
    );
    phone.wait(60);
    assert_eq!(phone.visit().letters.len(), 3, "nothing comes twice");
    assert_eq!(phone.count("session/seen"), 2, "an answer that came is no sign of the patient");
    phone.last_input = phone.now;
    phone.wait(60);
    assert!(
        phone.portal.read[3].1 > 60_000 && phone.portal.read[3].1 < 130_000,
        "{:?}",
        phone.portal.read[3]
    );
}

#[test]
fn an_answer_that_comes_while_something_is_typed_waits_to_be_read_and_takes_nothing_away() {
    let mut phone = at_reply();
    types(&mut phone, "And at night?");
    answer_comes(&mut phone);
    assert_eq!((phone.screen(), &*phone.visit().draft.typed.reply), (Screen::Reply, "And at night?"));
    assert!(phone.visit().has_unread());
    assert_eq!(phone.portal.read.len(), 2, "it was not on the screen yet");
    phone.visit_sends(VisitEvent::ReadNew);
    assert_eq!(phone.screen(), Screen::Message);
    assert!(!phone.visit().has_unread());
    assert_eq!(phone.portal.read.len(), 3);
    phone.visit_sends(VisitEvent::OpenReply);
    assert_eq!(phone.visit().draft.typed.reply, "And at night?");
    phone.visit_sends(VisitEvent::Send);
    let record = phone.portal.opened_as::<postern_json::Value>(0);
    assert_eq!(record.mid, phone.visit().letters[1].mid, "the newest message that may be written back to");
}

#[test]
fn a_reply_that_was_begun_answers_the_message_it_was_begun_under() {
    let mut phone = at_reply();
    phone.portal.send(3, Bundle::of([told("Our answer", ANSWER), offer()]));
    phone.wait(9);
    writes(&mut phone, "And at night?");
    let record = phone.portal.opened_as::<postern_json::Value>(0);
    assert_eq!(record.mid, phone.visit().letters[1].mid, "the other one was not read yet");
}

#[test]
fn behind_an_aside_nothing_is_read_and_afterwards_it_comes() {
    let mut phone = opened();
    phone.send(Event::Aside(AsideEvent::Open(AsideDoor::OptOut)));
    answer_comes(&mut phone);
    assert_eq!((phone.visit().letters.len(), phone.portal.read.len()), (2, 2));
    phone.send(Event::Aside(AsideEvent::Back));
    phone.wait(9);
    assert_eq!((newest_text(&phone), phone.portal.read.len()), (ANSWER, 3));
}

#[test]
fn a_message_that_is_no_message_of_this_link_is_doubted_and_not_asked_for_again() {
    let mut phone = opened();
    phone.portal.send(3, Bundle::of([told("Our answer", ANSWER)]));
    phone.portal.envelopes[2].n = 4;
    phone.wait(9);
    assert!(phone.visit().doubtful);
    assert_eq!(phone.visit().letters.len(), 2);
    phone.portal.send(6, Bundle::of([told("Our answer", ANSWER)]));
    phone.wait(9);
    assert_eq!((newest_text(&phone), &*phone.visit().missing), (ANSWER, &[3, 4, 5][..]));
}

#[test]
fn a_recall_takes_what_came_as_well() {
    let mut phone = opened();
    answer_comes(&mut phone);
    phone.portal.state = LinkState::Recalled;
    phone.wait(9);
    assert_eq!(phone.ended().why, Why::Recalled);
}

#[test]
fn a_link_that_others_locked_keeps_its_open_page_and_its_answers() {
    let mut phone = opened();
    phone.portal.state = LinkState::Locked;
    answer_comes(&mut phone);
    assert_eq!(newest_text(&phone), ANSWER);
    phone.portal.next_error = Some(ErrorCode::TooManyRequests);
    phone.wait(9);
    assert_eq!(phone.screen(), Screen::Message);
}

#[test]
fn the_thread_stands_there_when_the_link_is_tapped_again() {
    let mut phone = at_reply();
    writes(&mut phone, "May I take it with food?");
    answer_comes(&mut phone);
    assert!(phone.visit().has_unread(), "the receipt stands on the screen");
    phone.visit_sends(VisitEvent::Close);
    phone.types_right_date();
    assert_eq!((phone.visit().letters.len(), newest_text(&phone)), (3, ANSWER));
    assert!(!phone.visit().has_unread() && !phone.visit().doubtful);
    assert_eq!(phone.visit().replies_to(2).count(), 1);
    assert!(matches!(&phone.visit().letters[0].entries[0], Entry::Text(text) if text.text == CANARY));
}
