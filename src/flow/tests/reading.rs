use super::{
    phone::{Line, NOW, Phone},
    portal::{CANARY, FakePortal, bundle},
};
use crate::flow::{BrowserEvent, Screen, content::Entry, effect::Timer, ended::Why, visit::Step};
use postern_fhir::{Bundle, Entry as FhirEntry};
use postern_protocol::{
    error_code::ErrorCode,
    wire::{link_open::LinkState, session::SeenEvent},
};

fn reading() -> Phone {
    let mut phone = Phone::tap(FakePortal::new(NOW));
    phone.types_right_date();
    phone
}

#[test]
fn the_message_stands_with_its_visit_and_the_link_is_hidden() {
    let phone = reading();
    let visit = phone.visit();
    assert_eq!(visit.clinic_name, "Oak Street Clinic");
    let [Entry::Text(text), Entry::Appointment(appointment)] = &visit.letters[0].entries[..] else {
        panic!("a text and a visit")
    };
    assert_eq!((text.subject.as_str(), text.text.as_str()), ("Results", CANARY));
    assert_eq!(appointment.start, NOW.plus_seconds(3 * 86_400));
    assert_eq!(appointment.end, Some(NOW.plus_seconds(3 * 86_400 + 1800)));
    assert!(visit.may_answer(appointment.item, NOW) && !visit.doubtful && visit.missing.is_empty());
    assert_eq!(phone.effects, ["hide link"]);
    assert_eq!(phone.portal.seen, [SeenEvent::Read]);
}

#[test]
fn a_missing_message_is_named_and_the_rest_is_shown() {
    let mut portal = FakePortal::new(NOW);
    portal.send(2, bundle(NOW));
    portal.send(3, bundle(NOW));
    portal.envelopes.remove(1);
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    assert_eq!(phone.visit().missing, [2]);
    assert_eq!(phone.visit().letters.len(), 2);
    let items: Vec<usize> =
        phone.visit().letters.iter().flat_map(|letter| letter.appointments()).map(|one| one.item).collect();
    assert_eq!(items, [0, 1], "each visit has a number of its own");
}

#[test]
fn messages_stand_by_their_numbers_whatever_order_they_came_in() {
    let mut portal = FakePortal::new(NOW);
    portal.send(2, bundle(NOW));
    portal.envelopes.reverse();
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    assert_eq!(phone.visit().letters.iter().map(|letter| letter.number).collect::<Vec<_>>(), [1, 2]);
    assert!(!phone.visit().doubtful);
}

#[test]
fn a_message_served_under_another_ones_name_is_not_shown() {
    let mut portal = FakePortal::new(NOW);
    portal.send(2, bundle(NOW));
    let first = portal.envelopes[0].jwe.clone();
    portal.envelopes[1].jwe = first;
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    assert_eq!(phone.visit().letters.len(), 1);
    assert!(phone.visit().doubtful);
}

#[test]
fn two_messages_whose_numbers_were_swapped_are_not_shown() {
    let mut portal = FakePortal::new(NOW);
    portal.send(2, bundle(NOW));
    (portal.envelopes[0].n, portal.envelopes[1].n) = (2, 1);
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    assert_eq!(phone.ended().why, Why::Unreadable);
}

#[test]
fn what_this_page_cannot_show_is_said() {
    let mut portal = FakePortal::new(NOW);
    portal.send(
        2,
        Bundle::of([FhirEntry::Appointment(postern_fhir::Appointment::new(
            postern_fhir::code::AppointmentStatus::Proposed,
        ))]),
    );
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    assert!(matches!(phone.visit().letters[1].entries[..], [Entry::NotShown]));
}

#[test]
fn a_recall_while_the_message_is_open_takes_it_off_within_ten_seconds() {
    for (state, expected) in [
        (LinkState::Recalled, Why::Recalled),
        (LinkState::Closed, Why::Closed),
        (LinkState::Expired, Why::Expired),
    ] {
        let mut phone = reading();
        phone.wait(30);
        phone.portal.state = state;
        phone.wait(10);
        assert_eq!(phone.ended().why, expected);
        assert!(phone.ended().was_open);
        for timer in Timer::ALL {
            assert!(!phone.timer_runs(timer), "{timer:?} is stopped");
        }
    }
}

#[test]
fn a_link_locked_by_somebody_else_leaves_the_open_message() {
    let mut phone = reading();
    phone.portal.state = LinkState::Locked;
    phone.wait(10);
    assert_eq!(phone.screen(), Screen::Message);
}

#[test]
fn an_unreachable_portal_leaves_the_message_and_is_asked_on() {
    let mut phone = reading();
    phone.line(Line::Down);
    phone.wait(60);
    assert_eq!(phone.screen(), Screen::Message);
    phone.line(Line::Up);
    phone.portal.state = LinkState::Recalled;
    phone.wait(10);
    assert_eq!(phone.ended().why, Why::Recalled);
}

#[test]
fn a_hidden_page_does_not_ask_and_a_shown_one_asks_at_once() {
    let mut phone = reading();
    phone.browser(BrowserEvent::Hidden);
    let asked = phone.count("session/messages");
    phone.wait(60);
    assert_eq!(phone.count("session/messages"), asked);
    phone.portal.state = LinkState::Recalled;
    phone.browser(BrowserEvent::Shown);
    assert_eq!(phone.ended().why, Why::Recalled);
}

#[test]
fn leaving_wipes_blanks_and_says_so_and_coming_back_loads_anew() {
    let mut phone = reading();
    phone.browser(BrowserEvent::Leaving);
    assert_eq!(phone.screen(), Screen::Gone);
    assert!(phone.effects.contains(&"blank"));
    assert_eq!(phone.portal.seen, [SeenEvent::Read, SeenEvent::Left]);
    phone.browser(BrowserEvent::Restored);
    assert_eq!(phone.effects.last(), Some(&"reload"));
}

#[test]
fn a_session_that_the_portal_ended_covers_the_page() {
    let mut phone = reading();
    phone.portal.end_session();
    phone.wait(5);
    phone.last_input = phone.now;
    phone.wait(60);
    assert_eq!(phone.screen(), Screen::Door);
    phone.types_right_date();
    assert!(matches!(phone.visit().step, Step::Reading { .. }));
}

#[test]
fn the_session_is_renewed_once_a_minute_at_most_and_only_when_somebody_is_there() {
    let mut phone = reading();
    phone.wait(200);
    assert_eq!(phone.count("session/seen"), 1, "nobody touched the page");
    for _ in 0..30 {
        phone.last_input = phone.now;
        phone.wait(4);
    }
    assert_eq!(phone.count("session/seen"), 3);
}

#[test]
fn a_refusal_of_another_kind_to_the_poll_leaves_the_page() {
    let mut phone = reading();
    phone.portal.next_error = Some(ErrorCode::TooManyRequests);
    phone.wait(9);
    assert_eq!(phone.screen(), Screen::Message);
}
