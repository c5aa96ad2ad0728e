use super::{
    phone::{Line, NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    BrowserEvent, Event, Journey, Screen,
    arrival::{Address, ArrivalEvent, NoLink, PasteProblem},
    door::Opening,
    ended::{EndedEvent, Why},
    retry::Call,
};
use postern_protocol::{error_code::ErrorCode, factor::FactorKind, wire::link_open::LinkState};

fn load(fragment: &str, kept: Option<&str>) -> Phone {
    let address = Address { fragment: fragment.into(), kept: kept.map(String::from) };
    Phone::load(FakePortal::new(NOW), Line::Up, &address)
}

fn why(phone: &Phone) -> NoLink {
    match &phone.journey {
        Journey::Arrival(arrival) => arrival.why,
        other => panic!("no link, not {:?}", other.screen()),
    }
}

#[test]
fn a_tapped_link_is_asked_about_at_once_and_the_form_stands_meanwhile() {
    let phone = Phone::tap_on(FakePortal::new(NOW), Line::Slow);
    assert_eq!(phone.sent, ["link/open"]);
    assert_eq!(phone.screen(), Screen::Door);
}

#[test]
fn no_link_and_a_cut_off_link_are_told_apart_without_a_request() {
    for (fragment, expected) in
        [("", NoLink::Bare), ("112drXXUif", NoLink::CutOff), ("\u{e9}", NoLink::CutOff)]
    {
        let phone = load(fragment, None);
        assert_eq!(why(&phone), expected);
        assert!(phone.sent.is_empty());
    }
}

#[test]
fn a_reload_after_the_address_was_hidden_comes_back_to_the_door() {
    let secret = FakePortal::new(NOW).secret.to_text();
    assert_eq!(load("", Some(&secret)).screen(), Screen::Door);
    assert_eq!(why(&load("", Some("something else"))), NoLink::CutOff);
}

#[test]
fn pasted_text_with_a_link_loads_its_page_and_other_text_is_asked_back() {
    let mut phone = load("", None);
    for (text, problem) in [("  ", PasteProblem::Empty), ("hello", PasteProblem::NoLinkInIt)] {
        phone.send(Event::Arrival(ArrivalEvent::Paste { text: text.into() }));
        let Journey::Arrival(arrival) = &phone.journey else { panic!("the field still stands") };
        assert_eq!(arrival.problem, Some(problem));
        assert!(phone.effects.is_empty());
    }
    let text = format!("Oak: Open https://oak.example/m#{} Questions?", phone.portal.secret.to_text());
    phone.send(Event::Arrival(ArrivalEvent::Paste { text }));
    assert_eq!(phone.effects, ["go to"]);
    assert!(phone.sent.is_empty());
}

#[test]
fn every_state_of_a_link_is_a_dead_end_of_its_own() {
    for (state, expected) in [
        (LinkState::Locked, Why::Locked),
        (LinkState::Expired, Why::Expired),
        (LinkState::Recalled, Why::Recalled),
        (LinkState::Closed, Why::Closed),
    ] {
        let mut portal = FakePortal::new(NOW);
        portal.state = state;
        let phone = Phone::tap(portal);
        assert_eq!(phone.ended().why, expected);
        assert!(phone.ended().has_link() && !phone.ended().was_open);
    }
}

#[test]
fn an_unknown_link_and_one_that_asks_for_a_code_are_dead_ends() {
    let mut portal = FakePortal::new(NOW);
    portal.next_error = Some(ErrorCode::LinkUnknown);
    let phone = Phone::tap(portal);
    assert_eq!(phone.ended().why, Why::Unknown);
    assert!(!phone.ended().has_link(), "the portal takes nothing for a link it does not know");
    let mut portal = FakePortal::new(NOW);
    portal.factor = FactorKind::Code;
    assert_eq!(Phone::tap(portal).ended().why, Why::OtherProof);
}

#[test]
fn an_unreachable_portal_is_asked_again_after_growing_pauses_and_says_so() {
    let mut phone = Phone::tap_on(FakePortal::new(NOW), Line::Down);
    let Opening::Asking(Call::Waiting { failed: 1, again_at }) = phone.door().opening else {
        panic!("it waits")
    };
    assert_eq!(again_at, NOW.plus_seconds(2));
    phone.wait(2 + 4 + 8 + 15);
    assert_eq!(phone.count("link/open"), 5);
    phone.line(Line::Up);
    phone.wait(30);
    assert!(matches!(phone.door().opening, Opening::Open(_)));
}

#[test]
fn the_network_coming_back_ends_the_pause() {
    let mut phone = Phone::tap_on(FakePortal::new(NOW), Line::Down);
    phone.line(Line::Up);
    phone.browser(BrowserEvent::Online);
    assert!(matches!(phone.door().opening, Opening::Open(_)));
    assert_eq!(phone.count("link/open"), 2);
    phone.wait(60);
    assert_eq!(phone.count("link/open"), 2, "the old timer is stopped");
}

#[test]
fn a_busy_portal_is_asked_again_too() {
    let mut portal = FakePortal::new(NOW);
    portal.next_error = Some(ErrorCode::Unavailable);
    let mut phone = Phone::tap(portal);
    assert!(matches!(phone.door().opening, Opening::Asking(Call::Waiting { .. })));
    phone.wait(2);
    assert!(matches!(phone.door().opening, Opening::Open(_)));
}

#[test]
fn looking_again_at_a_dead_end_loads_the_page_anew() {
    let mut portal = FakePortal::new(NOW);
    portal.state = LinkState::Locked;
    let mut phone = Phone::tap(portal);
    phone.send(Event::Ended(EndedEvent::LookAgain));
    assert_eq!(phone.effects, ["reload"]);
}

#[test]
fn another_link_tapped_in_the_same_tab_loads_its_page() {
    let mut phone = Phone::tap(FakePortal::new(NOW));
    phone.browser(BrowserEvent::AddressChanged);
    assert_eq!(phone.effects, ["reload"]);
}
