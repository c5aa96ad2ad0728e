//! A page elsewhere that the message leads to: that it was opened is recorded once, behind whatever stands there.

use super::{
    phone::{Line, NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    BrowserEvent, Event, Screen,
    answer::{Choice, Said},
    aside::{AsideDoor, AsideEvent},
    ended::Why,
    visit::VisitEvent,
};
use postern_fhir::{Bundle, Communication, Entry, Task, task::ActionKind};
use postern_protocol::{
    error_code::ErrorCode,
    record::{Record, RecordKind},
};

/// The message's own visit is item 0.
const PAY: usize = 1;

fn bill() -> Task {
    Task { id: Some("t-1".into()), ..Task::new(ActionKind::Pay, "https://pay.oak.example/bill?n=1") }
}

fn reading() -> Phone {
    let mut portal = FakePortal::new(NOW);
    let told = Entry::Communication(Communication::text("Your bill", "Please look at your bill."));
    portal.send(2, Bundle::of([told, Entry::Task(bill().write())]));
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    phone
}

fn opens(phone: &mut Phone) {
    phone.visit_sends(VisitEvent::Opens { item: PAY });
}

fn confirms(phone: &mut Phone) {
    phone.visit_sends(VisitEvent::Choose { item: 0, choice: Choice::Confirm });
}

fn is_told(phone: &Phone) -> bool {
    phone.visit().answer_to(PAY).is_some_and(|one| one.said == Said::Opened)
}

fn tapped_again(phone: Phone) -> Phone {
    let mut again = Phone::tap(phone.portal);
    again.types_right_date();
    again
}

#[test]
fn opening_is_recorded_and_the_page_stays_where_it_is() {
    let mut phone = reading();
    opens(&mut phone);
    assert_eq!(phone.screen(), Screen::Message);
    assert!(is_told(&phone));
    let record: Record<Task> = phone.portal.opened_as(0);
    assert_eq!(record.kind, RecordKind::Task);
    assert!(record.resource.answers(&bill()));
    assert_eq!(record.resource.opened.as_deref(), Some("2026-11-23T15:00:00.000Z"));
}

#[test]
fn it_is_recorded_once_however_often_it_is_pressed_also_the_next_day() {
    let mut phone = reading();
    for _ in 0..3 {
        opens(&mut phone);
    }
    assert_eq!(phone.portal.records.len(), 1);
    let mut phone = tapped_again(phone);
    assert!(is_told(&phone) && !phone.visit().doubtful);
    opens(&mut phone);
    assert_eq!(phone.portal.records.len(), 1);
}

#[test]
fn without_a_connection_it_is_sent_again_by_itself_and_holds_nothing_up() {
    let mut phone = reading();
    phone.only = Some(("records", Line::Down));
    opens(&mut phone);
    opens(&mut phone);
    assert_eq!((phone.screen(), phone.count("records")), (Screen::Message, 1));
    phone.wait(10);
    assert!(phone.portal.records.is_empty() && phone.count("records") > 1);
    phone.only = None;
    phone.browser(BrowserEvent::Online);
    assert!(is_told(&phone));
    let sent = phone.count("records");
    phone.wait(60);
    assert_eq!(phone.count("records"), sent, "what was received is not sent again");
}

#[test]
fn an_answer_does_not_wait_for_it_and_nothing_is_doubted() {
    let mut phone = reading();
    phone.only = Some(("records", Line::AnswersLost));
    opens(&mut phone);
    phone.only = None;
    confirms(&mut phone);
    assert_eq!(phone.screen(), Screen::Receipt);
    assert!(!phone.visit().doubtful, "what lies between the receipts is this page's own");
    phone.wait(5);
    assert!(is_told(&phone) && !phone.visit().doubtful);
    let phone = tapped_again(phone);
    assert!(is_told(&phone) && !phone.visit().doubtful, "the whole chain holds");
    assert_eq!(phone.visit().answers.len(), 2);
}

#[test]
fn a_receipt_that_does_not_hold_is_doubted() {
    let mut phone = reading();
    phone.portal.forges = true;
    opens(&mut phone);
    assert!(phone.visit().doubtful && !is_told(&phone));
}

#[test]
fn what_did_not_arrive_before_a_cover_goes_out_after_it() {
    let mut phone = reading();
    phone.only = Some(("records", Line::Down));
    opens(&mut phone);
    phone.visit_sends(VisitEvent::Close);
    assert_eq!(phone.screen(), Screen::Door);
    phone.only = None;
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Message);
    assert!(is_told(&phone) && !phone.visit().doubtful);
    assert_eq!(phone.portal.records.len(), 1);
}

#[test]
fn it_goes_on_behind_another_page() {
    let mut phone = reading();
    phone.only = Some(("records", Line::Down));
    opens(&mut phone);
    phone.send(Event::Aside(AsideEvent::Open(AsideDoor::OptOut)));
    phone.only = None;
    phone.wait(5);
    assert_eq!(phone.screen(), Screen::OptOut);
    assert!(is_told(&phone));
}

#[test]
fn a_refusal_is_nothing_to_the_patient_and_an_end_ends_the_page() {
    let mut phone = reading();
    phone.portal.next_error = Some(ErrorCode::LinkFull);
    opens(&mut phone);
    assert_eq!(phone.screen(), Screen::Message);
    assert!(!is_told(&phone) && !phone.visit().doubtful);
    phone.portal.next_error = Some(ErrorCode::LinkRecalled);
    opens(&mut phone);
    assert_eq!(phone.ended().why, Why::Recalled);
}

#[test]
fn an_address_that_the_page_cannot_name_is_not_recorded() {
    let mut portal = FakePortal::new(NOW);
    let odd = Task::new(ActionKind::Pay, "https://a@pay.oak.example/");
    portal.send(2, Bundle::of([Entry::Task(odd.write())]));
    let mut phone = Phone::tap(portal);
    phone.types_right_date();
    opens(&mut phone);
    assert_eq!(phone.count("records"), 0);
}
