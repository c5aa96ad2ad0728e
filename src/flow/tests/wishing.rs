use super::{
    phone::{NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    Event, Screen,
    answer::{Choice, Draft, DraftProblem, Said},
    aside::{AsideDoor, AsideEvent},
    preferences::{ASK, NONE, OTHER, Topic, Typed},
    visit::{Step, VisitEvent},
};
use postern_fhir::{
    Bundle, Communication, Entry, Preferences, instant,
    preferences::{Standing, Texts, Wish},
};
use postern_protocol::record::{Record, RecordKind};

const WEEK_SECONDS: i64 = 7 * 86_400;

fn preferences() -> Preferences {
    let texts = |category: &str, standing| Texts {
        category: category.into(),
        standing,
        since: Some("2026-01-02T00:00:00Z".into()),
        receipt: None,
    };
    Preferences {
        at: instant::to_text(NOW.0),
        number: "(202) 555-0143".into(),
        language: "en".into(),
        other_languages: vec!["es".into()],
        paused_until: None,
        texts: vec![
            texts("appointments", Standing::Given),
            texts("messages", Standing::OptedOut),
            texts("surveys", Standing::NotAgreed),
        ],
    }
}

/// The link carries a visit, then a message that says how the texts stand; the right date was given.
fn opened() -> Phone {
    let mut portal = FakePortal::new(NOW);
    let told = Entry::Communication(Communication::text("Hello", "This is a message."));
    portal.send(2, Bundle::of([told, Entry::Preferences(preferences().write())]));
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    phone
}

fn at_texts() -> Phone {
    let mut phone = opened();
    phone.visit_sends(VisitEvent::OpenPreferences);
    assert_eq!(phone.screen(), Screen::Preferences);
    phone
}

fn types(phone: &mut Phone, change: impl FnOnce(&mut Draft)) {
    let mut draft = phone.visit().draft.clone();
    change(&mut draft);
    phone.visit_sends(VisitEvent::Typed(draft));
}

fn ticks(phone: &mut Phone, boxes: &[&str]) {
    types(phone, |draft| draft.boxes = boxes.iter().map(|one| (*one).into()).collect());
}

fn wishes(phone: &mut Phone, topic: Topic) {
    phone.visit_sends(VisitEvent::Wish(topic));
}

fn problem(phone: &Phone) -> Option<DraftProblem> {
    match &phone.visit().step {
        Step::Preferences { problem } => *problem,
        _ => panic!("the page of the texts stands there"),
    }
}

fn list(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).into()).collect()
}

#[test]
fn the_sheet_is_no_part_of_the_message_and_opens_from_every_page_but_while_sending() {
    let mut phone = opened();
    assert_eq!(phone.visit().letters[1].entries.len(), 1);
    phone.visit_sends(VisitEvent::OpenPreferences);
    assert_eq!(phone.visit().draft.boxes, list(&["appointments"]));
    phone.visit_sends(VisitEvent::Back);
    assert_eq!(phone.screen(), Screen::Message);
    assert!(phone.visit().draft.is_empty(), "its boxes are no answer to the message");
    let mut without = Phone::tap(FakePortal::new(NOW));
    without.types_right_date();
    without.visit_sends(VisitEvent::OpenPreferences);
    assert_eq!(without.screen(), Screen::Message);
}

#[test]
fn what_was_being_filled_in_stands_there_again_afterwards() {
    let mut phone = opened();
    phone.visit_sends(VisitEvent::Choose { item: 0, choice: Choice::OtherTime });
    types(&mut phone, |draft| draft.note = "Any day in May".into());
    phone.visit_sends(VisitEvent::OpenPreferences);
    ticks(&mut phone, &["appointments", "messages"]);
    wishes(&mut phone, Topic::Texts);
    assert_eq!(phone.screen(), Screen::Receipt);
    phone.visit_sends(VisitEvent::Back);
    assert_eq!(phone.screen(), Screen::OtherTime);
    assert_eq!(phone.visit().draft.note, "Any day in May");
    phone.visit_sends(VisitEvent::OpenPreferences);
    phone.visit_sends(VisitEvent::Close);
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::OtherTime, "of two pages the one that was being filled in comes back");
    assert_eq!(phone.visit().draft.note, "Any day in May");
}

#[test]
fn a_choice_says_of_every_box_what_is_wanted_and_is_a_record_of_its_own() {
    let mut phone = at_texts();
    ticks(&mut phone, &["messages", ASK]);
    wishes(&mut phone, Topic::Texts);
    assert_eq!(phone.screen(), Screen::Receipt);
    let record: Record<Wish> = phone.portal.opened_as(0);
    assert_eq!(record.kind, RecordKind::Preferences);
    assert_eq!((record.replaces, record.shown.page), (None, None));
    let wish = Wish::Texts {
        wanted: list(&["messages"]),
        unwanted: list(&["appointments"]),
        ask: list(&["surveys"]),
    };
    assert_eq!(record.resource, wish);
    assert_eq!(phone.last_answer().said, Said::Wish(wish));
    // A second one corrects nothing: both were said.
    phone.visit_sends(VisitEvent::OpenPreferences);
    assert_eq!(phone.visit().draft.boxes, list(&["messages"]));
    ticks(&mut phone, &[NONE]);
    wishes(&mut phone, Topic::Texts);
    let record: Record<Wish> = phone.portal.opened_as(1);
    assert_eq!((record.resource, record.replaces), (Wish::Nothing, None));
    assert!(phone.visit().answers.iter().all(|one| !one.replaced));
    // The next day the page knows it.
    let mut phone = Phone::tap(phone.portal);
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Message);
    phone.visit_sends(VisitEvent::OpenPreferences);
    assert_eq!(phone.visit().draft.boxes, list(&[]));
}

#[test]
fn neither_any_nor_none_is_no_choice() {
    let mut phone = at_texts();
    ticks(&mut phone, &[]);
    wishes(&mut phone, Topic::Texts);
    assert_eq!(problem(&phone), Some(DraftProblem::NoTexts));
    ticks(&mut phone, &["surveys", ASK]);
    wishes(&mut phone, Topic::Texts);
    assert_eq!(problem(&phone), Some(DraftProblem::NoTexts), "what takes a consent cannot be ticked");
    assert_eq!(phone.count("records"), 0);
}

#[test]
fn a_pause_ends_by_the_portals_clock_whatever_the_phone_says() {
    let mut phone = opened();
    phone.portal_ahead = 3600;
    let mut phone = {
        phone.visit_sends(VisitEvent::Close);
        phone.types_right_date();
        phone
    };
    phone.visit_sends(VisitEvent::OpenPreferences);
    wishes(&mut phone, Topic::Pause);
    assert_eq!(problem(&phone), Some(DraftProblem::NoPause));
    types(&mut phone, |draft| draft.typed.pause = "7".into());
    wishes(&mut phone, Topic::Pause);
    let until = phone.now.plus_seconds(3600 + WEEK_SECONDS);
    let record: Record<Wish> = phone.portal.opened_as(0);
    assert_eq!(record.resource, Wish::Pause(Some(instant::to_text(until.0))));
    assert_eq!(phone.visit().sheet().unwrap().paused_until, Some(until));
    phone.visit_sends(VisitEvent::OpenPreferences);
    types(&mut phone, |draft| draft.typed.pause = "0".into());
    wishes(&mut phone, Topic::Pause);
    assert_eq!(phone.visit().sheet().unwrap().paused_until, None);
}

#[test]
fn a_language_of_the_clinics_is_chosen_and_another_one_is_asked_for() {
    let mut phone = at_texts();
    types(&mut phone, |draft| draft.typed.language = OTHER.into());
    wishes(&mut phone, Topic::Language);
    assert_eq!(problem(&phone), Some(DraftProblem::NoLanguage));
    types(&mut phone, |draft| draft.typed.other_language = "Kreyòl".into());
    wishes(&mut phone, Topic::Language);
    phone.visit_sends(VisitEvent::OpenPreferences);
    types(&mut phone, |draft| draft.typed.language = "es".into());
    wishes(&mut phone, Topic::Language);
    let said: Vec<Wish> = (0..2).map(|index| phone.portal.opened_as::<Wish>(index).resource).collect();
    assert_eq!(said, [Wish::OtherLanguage("Kreyòl".into()), Wish::Language("es".into())]);
    assert_eq!(phone.visit().sheet().unwrap().language, "es");
}

#[test]
fn a_new_number_is_a_request_and_what_was_typed_survives_a_cover() {
    let mut phone = at_texts();
    let typed = Typed { number: "(202) 555-0199".into(), email: "a@example.com".into(), ..Typed::default() };
    types(&mut phone, |draft| *draft.typed = typed.clone());
    phone.visit_sends(VisitEvent::Close);
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Preferences);
    assert_eq!(*phone.visit().draft.typed, typed);
    wishes(&mut phone, Topic::Contact);
    let record: Record<Wish> = phone.portal.opened_as(0);
    let wish = Wish::Contact { number: Some("(202) 555-0199".into()), email: Some("a@example.com".into()) };
    assert_eq!(record.resource, wish);
    assert_eq!(phone.visit().sheet().unwrap().sent.number, "(202) 555-0143", "it does not count yet");
}

#[test]
fn after_a_stop_the_page_shows_no_texts_and_a_choice_brings_them_back() {
    let mut phone = opened();
    phone.send(Event::Aside(AsideEvent::Open(AsideDoor::OptOut)));
    phone.send(Event::Aside(AsideEvent::Submit { typed: "stop".into(), word: "STOP" }));
    phone.send(Event::Aside(AsideEvent::Back));
    phone.visit_sends(VisitEvent::OpenPreferences);
    assert_eq!(phone.visit().draft.boxes, list(&[]));
    ticks(&mut phone, &["appointments", "messages"]);
    wishes(&mut phone, Topic::Texts);
    let record: Record<Wish> = phone.portal.opened_as(0);
    let wanted = list(&["appointments", "messages"]);
    assert_eq!(record.resource, Wish::Texts { wanted: wanted.clone(), unwanted: vec![], ask: vec![] });
    assert_eq!(phone.visit().sheet().unwrap().wanted, wanted);
}

#[test]
fn a_sheet_that_cannot_be_read_opens_no_page() {
    let mut portal = FakePortal::new(NOW);
    let mut other = preferences().write();
    other["parameter"][0]["valueInstant"] = true.into();
    portal.send(2, Bundle::of([Entry::Preferences(other)]));
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    phone.visit_sends(VisitEvent::OpenPreferences);
    assert_eq!(phone.screen(), Screen::Message);
}
