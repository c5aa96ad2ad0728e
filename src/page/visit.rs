//! What can be done about a visit, on its card: the ways there, and the answer to it. A consent's card is [`super::consent`]'s, that of a page elsewhere [`super::action`]'s.

use super::{action, answer, calendar, call, consent};
use crate::{
    app::peek,
    browser::{clock, intl},
    flow::{
        answer::{Answered, Choice},
        content::Appointment,
        visit::VisitEvent,
    },
    i18n::words,
    ui::{
        button::{Weight, button, buttons},
        heading::third_heading,
        notice::{Tone, notice, paragraph, quiet},
        rich_text::out,
        tag::{all, live, nothing, tag},
    },
};
use leptos::prelude::*;
use postern_protocol::time::Timestamp;

/// Draws it.
pub fn item(item: usize) -> AnyView {
    let parts = peek(|journey| {
        let visit = journey.visit()?;
        if visit.consent(item).is_some() {
            return Some(consent::card(visit, item));
        }
        if visit.action(item).is_some() {
            return Some(action::card(visit, item));
        }
        let appointment = visit.appointment(item)?;
        let answered = visit.answer_to(item).map(|answered| said(appointment, answered));
        let until = appointment.answers_end.filter(|_| visit.may_answer(item, clock::now()));
        let until = until.map(|until| moment(appointment, until));
        Some(all(vec![ways(appointment), answering(item, answered, until)]))
    });
    parts.unwrap_or_else(nothing)
}

fn moment(appointment: &Appointment, at: Timestamp) -> String {
    intl::moment(at.0, &appointment.zone)
}

fn ways(visit: &Appointment) -> AnyView {
    let directions = (!visit.place.is_empty()).then(|| {
        let link = tag("a").class("text-button").set("href", calendar::directions(&visit.place));
        out(link, true).text(words::visit_directions())
    });
    tag("div").class("ways").child(directions).child(calendar::offer(visit)).view()
}

/// What was answered.
fn said(appointment: &Appointment, answered: &Answered) -> AnyView {
    let received = words::visit_received(&moment(appointment, answered.received_at));
    let mut parts = vec![paragraph(received), paragraph(words::visit_received_code(&answered.code))];
    parts.extend(answer::times_differ(answered, &appointment.zone));
    notice(Tone::Good, words::visit_you_answered(answer::in_words(&answered.said)), parts)
}

/// What was answered, or the buttons that answer.
fn answering(item: usize, answered: Option<AnyView>, until: Option<String>) -> AnyView {
    let is_answered = answered.is_some();
    let changing = RwSignal::new(!is_answered);
    let rest = live(move || match &until {
        None => vec![paragraph(words::visit_too_late()), call(Weight::Second)],
        Some(until) if changing.get() => question(item, until, is_answered),
        Some(until) => vec![
            quiet(words::visit_change_by(until)),
            button(Weight::Second, words::visit_change(), move || changing.set(true)),
        ],
    });
    tag("div").class("answering flow").child(answered).child(rest).view()
}

fn question(item: usize, until: &str, is_answered: bool) -> Vec<AnyView> {
    let choose = |weight, choice| {
        button(weight, answer::choice_in_words(choice), move || {
            answer::try_to(VisitEvent::Choose { item, choice })
        })
    };
    let by = if is_answered { words::visit_change_by(until) } else { words::visit_answer_by(until) };
    vec![
        third_heading(words::visit_question()),
        quiet(by),
        answer::helper(),
        buttons(vec![
            choose(Weight::First, Choice::Confirm),
            choose(Weight::Second, Choice::OtherTime),
            choose(Weight::Second, Choice::Cancel),
        ]),
    ]
}
