use super::{
    phone::{Line, NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    BrowserEvent, Event, Screen,
    answer::{Choice, Draft, TimeOfDay, Weekday},
    aside::{AsideDoor, AsideEvent},
    door::Asked,
    effect::Timer,
    idle::{IDLE_SECONDS, Idle, WARNING_SECONDS},
    preferences::Typed,
    visit::{Step, VisitEvent},
};
use postern_protocol::wire::session::SeenEvent;

fn reading() -> Phone {
    let mut phone = Phone::tap(FakePortal::new(NOW));
    phone.types_right_date();
    phone
}

fn draft() -> Draft {
    Draft {
        days: vec![Weekday::Tuesday, Weekday::Sunday],
        times: vec![TimeOfDay::Evening],
        boxes: vec!["surveys".into()],
        typed: Box::new(Typed {
            pause: "7".into(),
            language: "other".into(),
            other_language: "Kreyòl".into(),
            number: "202 555 0199".into(),
            email: "a@example.com".into(),
            reply: "May I take it with food?".into(),
        }),
        signature: "Ana Example".into(),
        note: "After work, please".into(),
        for_other: true,
        helper_name: "Ana Example".into(),
        helper_relationship: "Daughter".into(),
        focus: Some("note".into()),
    }
}

#[test]
fn five_minutes_without_a_touch_warn_and_then_cover() {
    let mut phone = reading();
    phone.wait(IDLE_SECONDS - WARNING_SECONDS - 1);
    assert_eq!(phone.visit().idle, Idle::Awake);
    phone.wait(1);
    assert_eq!(phone.visit().idle, Idle::Warning { covers_at: NOW.plus_seconds(IDLE_SECONDS) });
    phone.wait(WARNING_SECONDS);
    assert_eq!(phone.screen(), Screen::Door);
    assert_eq!(phone.door().why, Asked::Idle { typed: false });
    assert!(phone.portal.session_ended);
    assert_eq!(phone.portal.seen.last(), Some(&SeenEvent::Left));
    for timer in [Timer::Idle, Timer::Renew, Timer::SessionEnd] {
        assert!(!phone.timer_runs(timer), "{timer:?}");
    }
}

#[test]
fn staying_gives_the_whole_time_again() {
    let mut phone = reading();
    phone.wait(IDLE_SECONDS - 10);
    assert!(matches!(phone.visit().idle, Idle::Warning { .. }));
    phone.visit_sends(VisitEvent::Stay);
    assert_eq!(phone.visit().idle, Idle::Awake);
    phone.wait(IDLE_SECONDS - WARNING_SECONDS - 1);
    assert_eq!(phone.visit().idle, Idle::Awake);
    phone.wait(WARNING_SECONDS + 1);
    assert_eq!(phone.screen(), Screen::Door);
}

#[test]
fn touches_put_the_warning_off_and_one_during_the_warning_counts() {
    let mut phone = reading();
    phone.wait(200);
    phone.last_input = phone.now;
    phone.wait(200);
    assert_eq!(phone.visit().idle, Idle::Awake);
    phone.wait(75);
    assert!(matches!(phone.visit().idle, Idle::Warning { .. }));
    phone.last_input = phone.now;
    phone.wait(WARNING_SECONDS);
    assert_eq!(phone.screen(), Screen::Message);
    assert_eq!(phone.visit().idle, Idle::Awake);
}

#[test]
fn a_phone_that_slept_is_covered_when_it_wakes() {
    let mut phone = reading();
    phone.browser(BrowserEvent::Hidden);
    phone.sleep(IDLE_SECONDS + 1);
    phone.browser(BrowserEvent::Shown);
    assert_eq!(phone.screen(), Screen::Door);
}

#[test]
fn timers_that_came_late_still_leave_twenty_seconds_of_warning() {
    let mut phone = reading();
    phone.sleep(IDLE_SECONDS - 5);
    phone.wait(0);
    assert_eq!(phone.visit().idle, Idle::Warning { covers_at: phone.now.plus_seconds(20) });
}

#[test]
fn what_was_typed_comes_back_on_the_same_page_and_field() {
    let mut phone = reading();
    phone.visit_sends(VisitEvent::Choose { item: 0, choice: Choice::OtherTime });
    phone.visit_sends(VisitEvent::Focused("note".into()));
    phone.visit_sends(VisitEvent::Typed(Draft { focus: None, ..draft() }));
    phone.wait(IDLE_SECONDS);
    assert_eq!(phone.door().why, Asked::Idle { typed: true });
    phone.types_wrong_date();
    phone.types_right_date();
    assert!(matches!(phone.visit().step, Step::OtherTime { item: 0, problem: None }));
    assert_eq!(phone.visit().draft, draft());
    assert_eq!(phone.visit().resume.as_deref(), Some("note"));
    phone.visit_sends(VisitEvent::Send);
    assert_eq!(phone.screen(), Screen::Receipt);
}

#[test]
fn an_answer_on_its_way_goes_on_as_the_same_record_after_a_cover() {
    let mut phone = reading();
    phone.only = Some(("records", Line::AnswersLost));
    phone.visit_sends(VisitEvent::Choose { item: 0, choice: Choice::Confirm });
    phone.portal.end_session();
    phone.only = None;
    phone.wait(3);
    assert_eq!(phone.door().why, Asked::SessionEnded { typed: true });
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Receipt);
    assert_eq!(phone.portal.records.len(), 1);
    assert_eq!(phone.visit().answers.len(), 1);
}

#[test]
fn an_answer_that_never_arrived_is_sent_after_a_cover_with_the_same_bytes() {
    let mut phone = reading();
    phone.only = Some(("records", Line::Down));
    phone.visit_sends(VisitEvent::Choose { item: 0, choice: Choice::Confirm });
    let Step::Sending(sending) = &phone.visit().step else { panic!("it is on its way") };
    let bytes = sending.record.clone();
    phone.visit_sends(VisitEvent::Close);
    phone.only = None;
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Receipt);
    assert_eq!(phone.portal.records[0].1.record, bytes);
}

#[test]
fn the_sessions_end_covers_in_any_case() {
    let mut phone = reading();
    for _ in 0..60 {
        phone.last_input = phone.now;
        phone.wait(60);
    }
    assert_eq!(phone.screen(), Screen::Door);
    assert_eq!(phone.door().why, Asked::SessionEnded { typed: false });
}

#[test]
fn closing_by_hand_covers_at_once() {
    let mut phone = reading();
    phone.visit_sends(VisitEvent::Close);
    assert_eq!(phone.screen(), Screen::Door);
    assert!(phone.portal.session_ended);
}

#[test]
fn a_clock_that_was_set_back_does_not_keep_the_page_open() {
    let mut phone = reading();
    phone.wait(100);
    phone.sleep(-7200);
    phone.browser(BrowserEvent::Shown);
    assert_eq!(phone.screen(), Screen::Door);
    let mut phone = reading();
    phone.wait(100);
    phone.sleep(-30);
    phone.last_input = phone.now.plus_seconds(30);
    phone.browser(BrowserEvent::Shown);
    assert_eq!(phone.screen(), Screen::Message, "a small correction is none of the patient's business");
}

#[test]
fn the_quick_exit_leaves_nothing_on_page_or_in_history_and_ends_the_session() {
    for opens_aside in [false, true] {
        let mut phone = reading();
        phone.visit_sends(VisitEvent::Typed(draft()));
        if opens_aside {
            phone.send(Event::Aside(AsideEvent::Open(AsideDoor::OptOut)));
        }
        phone.effects.clear();
        phone.visit_sends(VisitEvent::Exit);
        assert_eq!(phone.screen(), Screen::Gone);
        assert_eq!(phone.effects, ["blank", "forget link"]);
        assert!(phone.portal.session_ended);
        for timer in Timer::ALL {
            assert!(!phone.timer_runs(timer), "{timer:?}");
        }
    }
}
