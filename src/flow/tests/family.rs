//! Helpers, and several patients on one link.

use super::{
    phone::{NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    Screen,
    answer::Choice,
    visit::{Step, VisitEvent},
};
use postern_protocol::{
    about::{About, Named},
    record::Answerer,
    wire::session::SeenEvent,
};

fn of(place: u8, initials: &str, helper: bool) -> About {
    let helper = helper.then(|| Named { name: "Eva Example".into(), relationship: "mother".into() });
    About { place, initials: initials.into(), day: None, helper }
}

fn opened(abouts: &[About]) -> Phone {
    let mut phone = Phone::tap(FakePortal::about(NOW, abouts));
    phone.types_right_date();
    phone
}

fn two() -> Phone {
    opened(&[of(1, "A. E.", true), of(2, "B. E.", true)])
}

fn item(phone: &Phone) -> usize {
    phone.visit().shown().flat_map(|letter| letter.appointments()).next().expect("a visit is shown").item
}

fn confirm(phone: &mut Phone) {
    let item = item(phone);
    phone.visit_sends(VisitEvent::Choose { item, choice: Choice::Confirm });
    assert_eq!(phone.screen(), Screen::Receipt);
}

fn is_mother(by: &Answerer) -> bool {
    matches!(by, Answerer::Helper { name, relationship } if name == "Eva Example" && relationship == "mother")
}

#[test]
fn on_a_helpers_link_every_answer_is_the_helpers_whatever_was_typed() {
    let mut phone = opened(&[of(1, "A. E.", true)]);
    assert_eq!(phone.screen(), Screen::Message);
    assert_eq!(phone.visit().whose().expect("it says whom it is about").initials, "A. E.");
    let mut draft = phone.visit().draft.clone();
    draft.for_other = true;
    draft.helper_name = "Somebody".into();
    draft.helper_relationship = "Else".into();
    phone.visit_sends(VisitEvent::Typed(draft));
    confirm(&mut phone);
    let record = phone.portal.opened(0);
    assert!(is_mother(&record.by));
    assert_eq!(record.resource.helper.expect("inside as well").name, "Eva Example");
    assert_eq!(phone.last_answer().helper, Some(("Eva Example".into(), "mother".into())));
}

#[test]
fn a_link_of_one_patient_asks_nothing_and_answers_as_the_patient() {
    let mut phone = opened(&[of(1, "A. E.", false)]);
    assert_eq!(phone.screen(), Screen::Message);
    assert!(phone.visit().helper().is_none());
    confirm(&mut phone);
    assert!(matches!(phone.portal.opened(0).by, Answerer::Patient));
}

#[test]
fn several_patients_are_asked_about_first_and_nothing_counts_as_read_before() {
    let mut phone = two();
    assert_eq!(phone.screen(), Screen::Whose);
    assert!(phone.portal.seen.is_empty());
    assert_eq!(phone.visit().shown().count(), 0);
    phone.visit_sends(VisitEvent::Whose(3));
    assert_eq!(phone.screen(), Screen::Whose, "there is no third");
    phone.visit_sends(VisitEvent::Whose(2));
    assert_eq!(phone.screen(), Screen::MessageAbout(2));
    assert_eq!(phone.portal.seen, [SeenEvent::Read]);
    let numbers: Vec<u32> = phone.visit().shown().map(|letter| letter.number).collect();
    assert_eq!(numbers, [2]);
}

#[test]
fn the_other_is_one_press_away_and_each_answer_is_to_its_own_message() {
    let mut phone = two();
    phone.visit_sends(VisitEvent::Whose(2));
    confirm(&mut phone);
    phone.visit_sends(VisitEvent::Back);
    phone.visit_sends(VisitEvent::Whose(1));
    assert_eq!(phone.screen(), Screen::Message);
    assert_eq!(phone.portal.seen, [SeenEvent::Read, SeenEvent::Left, SeenEvent::Read]);
    confirm(&mut phone);
    let (second, first) = (phone.portal.opened(0), phone.portal.opened(1));
    assert_eq!(second.mid, phone.portal.envelopes[1].mid);
    assert_eq!(first.mid, phone.portal.envelopes[0].mid);
    assert!(is_mother(&second.by) && is_mother(&first.by));
    assert_eq!(first.resource.appointment.reference.as_deref(), Some("Appointment/visit-1"));
}

#[test]
fn a_reload_and_a_cover_ask_again_and_what_was_typed_comes_back_where_it_was() {
    let mut phone = two();
    phone.visit_sends(VisitEvent::Whose(2));
    phone.visit_sends(VisitEvent::Close);
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Whose, "nothing was typed");

    phone.visit_sends(VisitEvent::Whose(2));
    let item = item(&phone);
    phone.visit_sends(VisitEvent::Choose { item, choice: Choice::Cancel });
    let mut draft = phone.visit().draft.clone();
    draft.note = "We are away".into();
    phone.visit_sends(VisitEvent::Typed(draft));
    phone.wait(6 * 60);
    assert_eq!(phone.screen(), Screen::Door);
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::CancelCheck);
    assert_eq!(phone.visit().draft.note, "We are away");
    phone.visit_sends(VisitEvent::Back);
    assert_eq!(phone.screen(), Screen::MessageAbout(2), "still about the same one");
}

#[test]
fn an_answer_on_its_way_when_the_page_was_covered_comes_back_to_its_own_patient() {
    let mut phone = two();
    phone.visit_sends(VisitEvent::Whose(2));
    phone.line(super::phone::Line::Down);
    let item = item(&phone);
    phone.visit_sends(VisitEvent::Choose { item, choice: Choice::Confirm });
    assert_eq!(phone.screen(), Screen::Sending);
    phone.visit_sends(VisitEvent::Close);
    phone.line(super::phone::Line::Up);
    phone.wait(30);
    phone.types_right_date();
    phone.wait(30);
    assert_eq!(phone.screen(), Screen::Receipt);
    phone.visit_sends(VisitEvent::Back);
    assert_eq!(phone.screen(), Screen::MessageAbout(2));
    assert!(matches!(phone.visit().step, Step::Reading { .. }));
}
