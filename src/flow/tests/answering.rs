use super::{
    phone::{Line, NOW, Phone},
    portal::FakePortal,
};
use crate::flow::{
    Screen,
    answer::{Answered, Choice, Draft, DraftProblem, NotTaken, Said, TimeOfDay, Weekday},
    ended::Why,
    retry::Call,
    visit::{Step, VisitEvent},
};
use postern_fhir::appointment_response::Answer;
use postern_protocol::{
    base64url::FixedBytes, error_code::ErrorCode, receipt, record::Answerer, record_code,
    wire::link_open::LinkState,
};
use serde_json::Value;

fn reading() -> Phone {
    let mut phone = Phone::tap(FakePortal::new(NOW));
    phone.types_right_date();
    phone
}

fn choose(phone: &mut Phone, choice: Choice) {
    phone.visit_sends(VisitEvent::Choose { item: 0, choice });
}

fn choice_of(answered: &Answered) -> Choice {
    match &answered.said {
        Said::Visit { choice, .. } => *choice,
        _ => panic!("not an answer to a visit"),
    }
}

/// The link is tapped again, as the next day.
fn tapped_again(phone: Phone) -> Phone {
    let mut phone = Phone::tap(phone.portal);
    phone.types_right_date();
    phone
}

#[test]
fn confirming_gives_a_receipt_and_the_clinic_a_signed_record() {
    let mut phone = reading();
    choose(&mut phone, Choice::Confirm);
    assert_eq!(phone.screen(), Screen::Receipt);
    let answer = phone.last_answer();
    assert_eq!((choice_of(answer), answer.item, answer.received_at), (Choice::Confirm, Some(0), NOW));
    assert_eq!(answer.code, record_code::of(&phone.portal.receipts[0]));
    let record = phone.portal.opened(0);
    assert_eq!(record.resource.answer, Answer::Confirm);
    assert_eq!(record.resource.appointment.reference.as_deref(), Some("Appointment/visit-1"));
    assert_eq!((record.by, record.seen, record.replaces), (Answerer::Patient, None, None));
    assert_eq!(record.shown.mid, phone.portal.envelopes[0].mid);
    assert_eq!(record.rid.get_version_num(), 7);
    assert_eq!((record.zone.as_str(), record.at), ("America/New_York", NOW));
}

#[test]
fn clocks_ten_minutes_apart_are_not_worth_a_word_and_a_second_more_is_said_at_each_opening() {
    for (ahead, said) in [(600, false), (-600, false), (601, true), (-601, true)] {
        let mut phone = Phone::tap(FakePortal::new(NOW));
        phone.portal_ahead = ahead;
        phone.types_right_date();
        choose(&mut phone, Choice::Confirm);
        assert_eq!(phone.last_answer().noted_at, said.then_some(NOW), "{ahead}");
        let phone = tapped_again(phone);
        assert_eq!(phone.visit().answer_to(0).unwrap().noted_at, said.then_some(NOW), "{ahead}");
    }
}

#[test]
fn the_proof_to_save_is_the_receipt_the_sealed_answer_and_its_key() {
    let mut phone = reading();
    choose(&mut phone, Choice::Confirm);
    let proof: Value = serde_json::from_str(phone.last_answer().proof.as_ref().unwrap()).unwrap();
    let mut members: Vec<&String> = proof.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["cek", "jwe", "receipt", "v"]);
    assert_eq!(proof["v"], 1);
    assert_eq!(proof["receipt"], *phone.portal.receipts[0]);
    assert_eq!(proof["jwe"], *phone.portal.records[0].1.record);
    assert!(proof["cek"].as_str().unwrap().parse::<FixedBytes<32>>().is_ok());
    let phone = tapped_again(phone);
    assert!(phone.visit().answers[0].proof.is_none(), "the sealed answer is not handed out again");
}

#[test]
fn an_answer_that_was_received_while_the_page_was_covered_can_be_proved_too() {
    let mut phone = reading();
    phone.only = Some(("records", Line::AnswersLost));
    choose(&mut phone, Choice::Confirm);
    phone.visit_sends(VisitEvent::Close);
    phone.only = None;
    phone.types_right_date();
    assert_eq!(phone.screen(), Screen::Receipt);
    let proof: Value = serde_json::from_str(phone.last_answer().proof.as_ref().unwrap()).unwrap();
    assert_eq!(proof["jwe"], *phone.portal.records[0].1.record);
}

#[test]
fn a_double_tap_makes_one_record() {
    let mut phone = reading();
    phone.line(Line::Slow);
    choose(&mut phone, Choice::Confirm);
    choose(&mut phone, Choice::Confirm);
    choose(&mut phone, Choice::Cancel);
    phone.visit_sends(VisitEvent::Send);
    phone.line(Line::Up);
    assert_eq!(phone.portal.records.len(), 1);
    choose(&mut phone, Choice::Confirm);
    assert_eq!(phone.portal.records.len(), 1, "the receipt's page has no such button");
}

#[test]
fn the_same_bytes_go_out_until_the_receipt_comes() {
    let mut phone = reading();
    phone.line(Line::AnswersLost);
    choose(&mut phone, Choice::Confirm);
    assert_eq!(phone.screen(), Screen::Sending);
    let Step::Sending(sending) = &phone.visit().step else { panic!("it is on its way") };
    assert!(matches!(sending.call, Call::Waiting { failed: 1, .. }));
    phone.wait(7);
    phone.line(Line::Up);
    phone.visit_sends(VisitEvent::Retry);
    assert_eq!(phone.screen(), Screen::Receipt);
    assert_eq!(phone.count("records"), 4);
    assert_eq!(phone.portal.records.len(), 1);
}

#[test]
fn cancelling_asks_back_and_takes_a_note() {
    let mut phone = reading();
    choose(&mut phone, Choice::Cancel);
    assert_eq!(phone.screen(), Screen::CancelCheck);
    assert!(phone.portal.records.is_empty());
    phone.visit_sends(VisitEvent::Typed(Draft { note: " I moved. ".into(), ..Draft::default() }));
    phone.visit_sends(VisitEvent::Send);
    assert_eq!(phone.screen(), Screen::Receipt);
    assert!(matches!(&phone.last_answer().said, Said::Visit { note, .. } if note == "I moved."));
    let record = phone.portal.opened(0);
    assert_eq!(
        (record.resource.answer, record.resource.comment.as_deref()),
        (Answer::Cancel, Some("I moved."))
    );
}

#[test]
fn another_time_is_asked_for_with_days_or_a_note() {
    let mut phone = reading();
    choose(&mut phone, Choice::OtherTime);
    phone.visit_sends(VisitEvent::Send);
    assert!(matches!(
        phone.visit().step,
        Step::OtherTime { problem: Some(DraftProblem::NothingSaid), item: 0 }
    ));
    let draft = Draft {
        days: vec![Weekday::Monday, Weekday::Friday],
        times: vec![TimeOfDay::Morning],
        ..Draft::default()
    };
    phone.visit_sends(VisitEvent::Typed(draft.clone()));
    phone.visit_sends(VisitEvent::Send);
    let answer = phone.last_answer();
    let Said::Visit { days, times, .. } = &answer.said else { panic!("an answer to a visit") };
    assert_eq!((days, times), (&draft.days, &draft.times));
    assert!(
        matches!(phone.portal.opened(0).resource.answer, Answer::AnotherTime(wishes) if wishes.days == draft.days)
    );
}

#[test]
fn somebody_else_answers_under_their_own_name() {
    let mut phone = reading();
    phone.visit_sends(VisitEvent::Typed(Draft { for_other: true, ..Draft::default() }));
    choose(&mut phone, Choice::Confirm);
    assert!(matches!(phone.visit().step, Step::Reading { problem: Some(DraftProblem::NoHelperName) }));
    let draft = Draft {
        for_other: true,
        helper_name: "Ana Example".into(),
        helper_relationship: "Daughter".into(),
        ..Draft::default()
    };
    phone.visit_sends(VisitEvent::Typed(draft));
    choose(&mut phone, Choice::Confirm);
    let record = phone.portal.opened(0);
    let by = Answerer::Helper { name: "Ana Example".into(), relationship: "Daughter".into() };
    assert_eq!(record.by, by);
    assert_eq!(record.resource.helper.unwrap().relationship, "Daughter");
    assert_eq!(phone.last_answer().helper, Some(("Ana Example".into(), "Daughter".into())));
}

#[test]
fn the_next_day_the_link_shows_what_was_answered_and_it_can_be_changed() {
    let mut phone = reading();
    choose(&mut phone, Choice::Confirm);
    let code = phone.last_answer().code.clone();
    let mut phone = tapped_again(phone);
    let held = phone.visit().answer_to(0).unwrap();
    assert_eq!((choice_of(held), &held.code), (Choice::Confirm, &code));
    assert!(!phone.visit().doubtful);
    choose(&mut phone, Choice::Cancel);
    phone.visit_sends(VisitEvent::Send);
    let (first, second) = (phone.portal.opened(0), phone.portal.opened(1));
    assert_eq!(second.replaces, Some(first.rid));
    assert_eq!(second.seen, Some(receipt::digest_of(&phone.portal.receipts[0])));
    assert_eq!(phone.visit().answers.iter().map(|one| one.replaced).collect::<Vec<_>>(), [true, false]);
    phone.visit_sends(VisitEvent::Back);
    assert_eq!(phone.screen(), Screen::Message);
    let phone = tapped_again(phone);
    assert_eq!(choice_of(phone.visit().answer_to(0).unwrap()), Choice::Cancel);
}

#[test]
fn after_the_cut_off_by_the_portals_clock_nothing_is_sent() {
    for choice in [Choice::Confirm, Choice::Cancel, Choice::OtherTime] {
        let mut phone = reading();
        phone.sleep(2 * 86_400);
        choose(&mut phone, choice);
        assert!(matches!(phone.visit().step, Step::NotTaken(NotTaken::TooLate)));
        assert!(phone.portal.records.is_empty());
    }
}

#[test]
fn a_phone_whose_clock_is_wrong_may_still_answer() {
    let mut phone = Phone::tap(FakePortal::new(NOW));
    phone.now = NOW.plus_seconds(30 * 86_400);
    phone.portal_ahead = -30 * 86_400;
    phone.types_right_date();
    assert!(phone.visit().may_answer(0, phone.now), "the portal's clock decides");
    choose(&mut phone, Choice::Confirm);
    assert_eq!(phone.last_answer().received_at, NOW);
    assert_eq!(phone.last_answer().noted_at, Some(phone.now), "the two clocks are said to be apart");
    phone.wait(60);
    assert_eq!(phone.screen(), Screen::Receipt, "nor does it end the session");
}

#[test]
fn a_receipt_under_an_unknown_key_is_not_taken_for_one() {
    let mut phone = reading();
    phone.portal.forges = true;
    choose(&mut phone, Choice::Confirm);
    assert!(matches!(phone.visit().step, Step::NotTaken(NotTaken::ReceiptDoesNotHold)));
    assert!(phone.visit().answers.is_empty());
    let phone = tapped_again(phone);
    assert!(phone.visit().doubtful, "and the next opening says that something does not hold");
}

#[test]
fn receipts_with_one_taken_out_are_doubted() {
    let mut phone = reading();
    choose(&mut phone, Choice::Confirm);
    phone.visit_sends(VisitEvent::Back);
    choose(&mut phone, Choice::Cancel);
    phone.visit_sends(VisitEvent::Send);
    phone.portal.receipts.remove(0);
    phone.portal.records.remove(0);
    let phone = tapped_again(phone);
    assert!(phone.visit().doubtful && phone.visit().answers.is_empty());
}

#[test]
fn an_own_copy_swapped_for_another_is_doubted() {
    let mut phone = reading();
    choose(&mut phone, Choice::Confirm);
    phone.visit_sends(VisitEvent::Back);
    choose(&mut phone, Choice::Cancel);
    phone.visit_sends(VisitEvent::Send);
    let own = phone.portal.records[0].1.own.clone();
    phone.portal.records[1].1.own = own;
    let phone = tapped_again(phone);
    assert!(phone.visit().doubtful);
    assert_eq!(phone.visit().answers.len(), 1);
}

#[test]
fn another_phone_that_answered_meanwhile_is_said_and_the_answer_stands() {
    let mut one = reading();
    let mut other = Phone::tap(core::mem::replace(&mut one.portal, FakePortal::new(NOW)));
    other.types_right_date();
    choose(&mut other, Choice::Cancel);
    other.visit_sends(VisitEvent::Send);
    one.portal = other.portal;
    choose(&mut one, Choice::Confirm);
    assert_eq!(one.screen(), Screen::Receipt);
    assert!(one.visit().doubtful, "between its receipts one is unseen");
    let one = tapped_again(one);
    assert_eq!(one.visit().answers.len(), 2);
    assert!(!one.visit().doubtful, "now the whole chain is there");
}

#[test]
fn a_full_link_and_other_refusals_are_said() {
    for (code, expected) in [
        (ErrorCode::LinkFull, NotTaken::Full),
        (ErrorCode::MalformedEnvelope, NotTaken::Refused(ErrorCode::MalformedEnvelope)),
    ] {
        let mut phone = reading();
        phone.portal.next_error = Some(code);
        choose(&mut phone, Choice::Confirm);
        assert!(matches!(phone.visit().step, Step::NotTaken(found) if found == expected));
        phone.visit_sends(VisitEvent::Back);
        assert_eq!(phone.screen(), Screen::Message);
    }
}

#[test]
fn a_recall_while_an_answer_waits_ends_the_page() {
    let mut phone = reading();
    phone.only = Some(("records", Line::Down));
    choose(&mut phone, Choice::Confirm);
    phone.portal.state = LinkState::Recalled;
    phone.wait(10);
    assert_eq!(phone.ended().why, Why::Recalled);
    assert!(phone.ended().was_open);
}
