use super::{
    phone::{Line, NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    Event, Screen,
    birth_date::DateProblem,
    door::{Attempt, DoorEvent, Problem},
    ended::Why,
    retry::Call,
};
use postern_protocol::{error_code::ErrorCode, factor::BirthDate, wire::link_open::LinkState};

fn tapped() -> Phone {
    Phone::tap(FakePortal::new(NOW))
}

#[test]
fn the_right_date_opens_the_message_in_two_round_trips() {
    let mut phone = tapped();
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Message);
    assert_eq!(phone.sent[..3], ["link/open", "verify/start", "verify/finish"]);
    assert_eq!(phone.portal.tries_left, 10, "a right try is given back");
}

#[test]
fn an_impossible_or_future_date_sends_nothing_and_costs_no_try() {
    let mut phone = tapped();
    for (day, month, year) in [("30", "2", "1980"), ("1", "1", "2031"), ("", "", ""), ("1", "1", "80")] {
        phone.types(day, month, year);
        assert!(matches!(phone.problem(), Some(Problem::Date(_))), "{day} {month} {year}");
    }
    assert_eq!(phone.sent, ["link/open"]);
    assert_eq!(phone.problem(), Some(&Problem::Date(DateProblem::TwoDigitYear { typed: 80 })));
}

#[test]
fn a_wrong_date_is_said_back_with_the_tries_left_and_the_second_one_offers_the_question() {
    let mut phone = tapped();
    phone.types_wrong_date();
    let date = BirthDate::new(1980, 4, 13).unwrap();
    assert_eq!(phone.problem(), Some(&Problem::Wrong { date, tries_left: 9 }));
    assert!(!phone.door().offers_question());
    phone.types_wrong_date();
    assert_eq!(phone.problem(), Some(&Problem::Wrong { date, tries_left: 8 }));
    assert!(phone.door().offers_question());
    assert_eq!(phone.count("verify/finish"), 0, "a wrong date sends nothing more");
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Message);
}

#[test]
fn an_impossible_date_after_a_wrong_one_replaces_its_words() {
    let mut phone = tapped();
    phone.types_wrong_date();
    phone.types("30", "2", "1980");
    assert!(matches!(phone.problem(), Some(Problem::Date(DateProblem::NoSuchDay { .. }))));
}

#[test]
fn the_tenth_wrong_date_locks() {
    let mut phone = tapped();
    for _ in 0..10 {
        phone.types_wrong_date();
    }
    assert_eq!(phone.ended().why, Why::Locked);
    assert_eq!(phone.portal.counted, 10);
}

#[test]
fn continue_before_the_portal_answered_waits_and_goes_on_by_itself() {
    let mut phone = Phone::tap_on(FakePortal::new(NOW), Line::Slow);
    phone.types_right_date();
    assert!(matches!(phone.door().attempt, Attempt::Waiting { .. }));
    phone.types_right_date();
    assert_eq!(phone.sent, ["link/open"]);
    phone.line(Line::Up);
    assert_eq!(phone.screen(), Screen::Message);
    assert_eq!(phone.portal.counted, 1);
}

#[test]
fn a_second_press_while_checking_does_nothing_twice() {
    let mut phone = tapped();
    phone.line(Line::Slow);
    phone.types_wrong_date();
    phone.types_wrong_date();
    phone.types_right_date();
    assert_eq!(phone.count("verify/start"), 1);
    phone.line(Line::Up);
    assert_eq!(phone.portal.counted, 1);
    assert!(matches!(phone.problem(), Some(Problem::Wrong { tries_left: 9, .. })));
}

#[test]
fn a_start_whose_answer_is_lost_is_sent_again_and_counts_once() {
    let mut phone = tapped();
    phone.line(Line::AnswersLost);
    phone.types_wrong_date();
    let Attempt::Starting(starting) = &phone.door().attempt else { panic!("it is sent again") };
    assert!(matches!(starting.call, Call::Waiting { failed: 1, .. }));
    phone.wait(2);
    phone.line(Line::Up);
    phone.send(Event::Door(DoorEvent::Retry));
    assert_eq!(phone.count("verify/start"), 3);
    assert_eq!(phone.portal.counted, 1);
    assert!(matches!(phone.problem(), Some(Problem::Wrong { tries_left: 9, .. })));
}

#[test]
fn a_finish_whose_answer_is_lost_is_sent_again_and_no_try_is_lost() {
    for line in [Line::Down, Line::AnswersLost] {
        let mut phone = tapped();
        phone.only = Some(("verify/finish", line));
        phone.types_right_date();
        assert!(matches!(phone.door().attempt, Attempt::Finishing(_)));
        phone.wait(3);
        phone.only = None;
        phone.wait(15);
        assert_eq!(phone.screen(), Screen::Message);
        assert!(phone.count("verify/finish") >= 3);
        assert_eq!((phone.portal.counted, phone.portal.tries_left), (1, 10));
    }
}

#[test]
fn a_login_that_lapsed_while_offline_is_made_anew_with_the_same_date() {
    let mut phone = tapped();
    phone.only = Some(("verify/finish", Line::Down));
    phone.types_right_date();
    phone.wait(125);
    phone.portal.lapse();
    phone.only = None;
    phone.wait(30);
    assert_eq!(phone.screen(), Screen::Message);
    assert_eq!(phone.count("verify/start"), 2);
}

#[test]
fn a_refusal_that_is_nobodys_fault_is_said_and_the_fields_are_free_again() {
    let mut phone = tapped();
    phone.portal.next_error = Some(ErrorCode::MalformedFactorMessage);
    phone.types_right_date();
    assert_eq!(phone.problem(), Some(&Problem::Refused(ErrorCode::MalformedFactorMessage)));
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Message);
}

#[test]
fn a_slot_that_is_gone_is_looked_up_again_and_the_date_goes_on() {
    let mut phone = tapped();
    phone.portal.next_error = Some(ErrorCode::SlotGone);
    phone.types_right_date();
    assert_eq!(phone.count("link/open"), 2);
    assert_eq!(phone.screen(), Screen::Message);
}

#[test]
fn a_link_that_ends_between_looking_and_trying_says_how() {
    for (state, expected) in [(LinkState::Recalled, Why::Recalled), (LinkState::Locked, Why::Locked)] {
        let mut phone = tapped();
        phone.portal.state = state;
        phone.types_right_date();
        assert_eq!(phone.ended().why, expected);
    }
}
