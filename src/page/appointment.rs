//! A visit on its card: when, with whom, where, and the answer to it.

use super::{answer, calendar, call};
use crate::{
    app::peek,
    browser::{clock, intl},
    flow::{answer::Choice, content::Appointment, visit::VisitEvent},
    i18n::words,
    ui::{
        button::{Weight, button, buttons},
        facts::{Fact, facts},
        heading::{card as drawn, second_heading, third_heading},
        notice::{Tone, notice, paragraph, quiet},
        rich_text::{out, rich_text},
        tag::{live, tag},
    },
};
use leptos::prelude::*;
use postern_protocol::time::Timestamp;

/// Day and time of a visit, a line each.
pub fn when(visit: &Appointment) -> Vec<String> {
    let zone = visit.zone.as_str();
    let start = intl::time_with_zone(visit.start.0, zone);
    let time = match visit.end {
        Some(end) => words::visit_time(&intl::time_with_zone(end.0, zone), &intl::time(visit.start.0, zone)),
        None => start,
    };
    vec![intl::long_date(visit.start.0, zone), time]
}

/// The facts that a page about this visit repeats.
pub fn short_facts(item: usize) -> AnyView {
    let rows = peek(|journey| {
        let visit = journey.visit()?.appointment(item)?;
        Some(vec![
            Fact { name: words::visit_when(), lines: when(visit), first: true },
            Fact::of(words::visit_who(), visit.who.clone()),
        ])
    });
    facts(rows.unwrap_or_default())
}

/// Draws the card.
pub fn card(visit: &Appointment) -> AnyView {
    let heading = if visit.what.is_empty() { words::visit_heading() } else { &visit.what };
    let rows = vec![
        Fact { name: words::visit_when(), lines: when(visit), first: true },
        Fact::of(words::visit_who(), visit.who.clone()),
        Fact { name: words::visit_where(), lines: visit.place.clone(), first: false },
    ];
    let mut parts = vec![second_heading(heading), facts(rows)];
    if visit.called_off {
        let said = vec![paragraph(words::visit_called_off()), call(Weight::Second)];
        parts.push(notice(Tone::Danger, words::visit_called_off_heading(), said));
        return drawn(parts);
    }
    parts.push(ways(visit));
    parts.extend(rich_text(&visit.comment));
    if !visit.prepare.is_empty() {
        parts.push(third_heading(words::visit_prepare()));
        parts.extend(rich_text(&visit.prepare));
    }
    parts.push(answering(visit.item));
    drawn(parts)
}

fn ways(visit: &Appointment) -> AnyView {
    let directions = (!visit.place.is_empty()).then(|| {
        let link = tag("a").class("text-button").set("href", calendar::directions(&visit.place));
        out(link, true).text(words::visit_directions())
    });
    tag("div").class("ways").child(directions).child(calendar::offer(visit)).view()
}

/// What was answered, or the buttons that answer.
fn answering(item: usize) -> AnyView {
    let seen = peek(|journey| {
        let visit = journey.visit()?;
        let appointment = visit.appointment(item)?;
        let moment = |at: Timestamp| intl::moment(at.0, &appointment.zone);
        let answered = visit.answer_to(item).map(|answered| {
            let code = words::visit_received_code(&answered.code);
            let said = vec![paragraph(words::visit_received(&moment(answered.received_at))), paragraph(code)];
            notice(Tone::Good, words::visit_you_answered(answer::choice_in_words(answered.choice)), said)
        });
        let until =
            visit.may_answer(item, clock::now()).then(|| appointment.answers_end.map(moment)).flatten();
        Some((answered, until))
    });
    let (answered, until) = seen.unwrap_or_default();
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
