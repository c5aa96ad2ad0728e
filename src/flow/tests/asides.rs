use super::{
    phone::{Line, NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    BrowserEvent, Event, Journey, Screen,
    aside::{Aside, AsideDoor, AsideEvent, AsideKind, AsideStep},
    ended::Why,
    idle::IDLE_SECONDS,
    retry::Call,
};
use postern_protocol::{
    envelope::link_record::LinkRecordKind, error_code::ErrorCode, wire::link_open::LinkState,
};

fn aside(phone: &Phone) -> &Aside {
    match &phone.journey {
        Journey::Aside(aside) => aside,
        other => panic!("an aside stands, not {:?}", other.screen()),
    }
}

fn open(phone: &mut Phone, which: AsideDoor) {
    phone.send(Event::Aside(AsideEvent::Open(which)));
}

fn submit(phone: &mut Phone, typed: &str) {
    phone.send(Event::Aside(AsideEvent::Submit { typed: typed.into(), word: "STOP" }));
}

fn digits(phone: &Phone) -> String {
    match aside(phone).kind {
        AsideKind::WrongPerson { digits } | AsideKind::BirthDateQuestion { digits } => {
            digits.iter().map(u8::to_string).collect()
        }
        AsideKind::OptOut => panic!("no digits there"),
    }
}

fn tapped() -> Phone {
    Phone::tap(FakePortal::new(NOW))
}

#[test]
fn opting_out_takes_the_typed_word_and_a_press_alone_sends_nothing() {
    let mut phone = tapped();
    open(&mut phone, AsideDoor::OptOut);
    for typed in ["", "yes"] {
        submit(&mut phone, typed);
        assert_eq!(aside(&phone).step, AsideStep::Asking { mistyped: true });
    }
    assert_eq!(phone.count("link/records"), 0);
    submit(&mut phone, "stop");
    submit(&mut phone, "stop");
    assert_eq!(aside(&phone).step, AsideStep::Sent);
    assert_eq!(phone.portal.link_records.len(), 1);
    let record = &phone.portal.link_records[0];
    assert_eq!((record.kind, record.at, record.clinic.as_str()), (LinkRecordKind::OptOut, NOW, "oak"));
    phone.send(Event::Aside(AsideEvent::Back));
    assert_eq!(phone.screen(), Screen::Door);
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Message, "open links stay readable");
}

#[test]
fn this_is_not_me_gives_the_link_up() {
    let mut phone = tapped();
    open(&mut phone, AsideDoor::WrongPerson);
    submit(&mut phone, "not digits");
    assert_eq!(phone.count("link/records"), 0);
    let typed = digits(&phone);
    submit(&mut phone, &typed);
    assert_eq!(phone.ended().why, Why::WrongPersonTold);
    assert!(!phone.ended().has_link());
    assert_eq!(phone.effects, ["forget link"]);
    assert_eq!(phone.portal.link_records[0].kind, LinkRecordKind::WrongPerson);
}

#[test]
fn this_is_not_me_from_an_open_message_ends_the_session() {
    let mut phone = tapped();
    phone.types_right_date();
    open(&mut phone, AsideDoor::WrongPerson);
    assert_eq!(phone.screen(), Screen::WrongPerson);
    let typed = digits(&phone);
    submit(&mut phone, &typed);
    assert_eq!(phone.ended().why, Why::WrongPersonTold);
    assert!(phone.portal.session_ended);
}

#[test]
fn my_birth_date_is_right_reaches_the_clinic_also_from_a_locked_link() {
    let mut portal = FakePortal::new(NOW);
    portal.state = LinkState::Locked;
    let mut phone = Phone::tap(portal);
    open(&mut phone, AsideDoor::BirthDateQuestion);
    let typed = digits(&phone);
    submit(&mut phone, &typed);
    assert_eq!(aside(&phone).step, AsideStep::Sent);
    assert_eq!(phone.portal.link_records[0].kind, LinkRecordKind::BirthDateQuestion);
}

#[test]
fn without_a_connection_the_same_bytes_are_sent_until_they_are_taken() {
    let mut phone = tapped();
    open(&mut phone, AsideDoor::OptOut);
    phone.line(Line::AnswersLost);
    submit(&mut phone, "STOP");
    assert!(matches!(aside(&phone).step, AsideStep::Sending { call: Call::Waiting { failed: 1, .. }, .. }));
    phone.send(Event::Aside(AsideEvent::Back));
    assert_eq!(phone.screen(), Screen::OptOut, "what is said cannot be unsaid by looking elsewhere");
    phone.wait(2);
    phone.line(Line::Up);
    phone.browser(BrowserEvent::Online);
    assert_eq!(aside(&phone).step, AsideStep::Sent);
    assert_eq!(phone.count("link/records"), 3);
    assert_eq!(phone.portal.link_records.len(), 1);
}

#[test]
fn a_refusal_is_said_and_back_leads_on() {
    let mut phone = tapped();
    open(&mut phone, AsideDoor::OptOut);
    phone.portal.next_error = Some(ErrorCode::MalformedEnvelope);
    submit(&mut phone, "STOP");
    assert_eq!(aside(&phone).step, AsideStep::Refused(ErrorCode::MalformedEnvelope));
    phone.send(Event::Aside(AsideEvent::Back));
    assert_eq!(phone.screen(), Screen::Door);
}

#[test]
fn the_page_behind_goes_on_living() {
    let mut phone = tapped();
    phone.types_right_date();
    open(&mut phone, AsideDoor::OptOut);
    phone.wait(IDLE_SECONDS);
    assert_eq!(phone.screen(), Screen::OptOut);
    assert!(phone.journey.visit().is_none(), "the message behind is covered");
    phone.send(Event::Aside(AsideEvent::Back));
    assert_eq!(phone.screen(), Screen::Door);

    let mut phone = tapped();
    phone.types_right_date();
    open(&mut phone, AsideDoor::OptOut);
    phone.portal.state = LinkState::Recalled;
    phone.wait(10);
    assert!(phone.journey.visit().is_none());
    submit(&mut phone, "STOP");
    phone.send(Event::Aside(AsideEvent::Back));
    assert_eq!(phone.ended().why, Why::Recalled);
}

#[test]
fn leaving_wipes_what_is_behind_too() {
    let mut phone = tapped();
    phone.types_right_date();
    open(&mut phone, AsideDoor::OptOut);
    phone.browser(BrowserEvent::Leaving);
    assert_eq!(phone.screen(), Screen::Gone);
}

#[test]
fn no_aside_opens_without_a_link_or_while_something_is_on_its_way() {
    let mut phone = tapped();
    phone.line(Line::Slow);
    phone.types_right_date();
    open(&mut phone, AsideDoor::WrongPerson);
    assert_eq!(phone.screen(), Screen::Door);
    let mut portal = FakePortal::new(NOW);
    portal.next_error = Some(ErrorCode::LinkUnknown);
    let mut phone = Phone::tap(portal);
    open(&mut phone, AsideDoor::OptOut);
    assert_eq!(phone.screen(), Screen::Ended);
}
