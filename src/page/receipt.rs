//! What was received, when, its code, and what happens next.

use super::{answer, consent, preferences, reply, whose};
use crate::{
    app::{self, peek, send},
    browser::{intl, save},
    flow::{
        Event,
        answer::{Answered, Choice, Said},
        visit::{Step, Visit, VisitEvent},
    },
    i18n::words,
    ui::{
        button::{Weight, button, buttons},
        facts::Fact,
        heading::{card, heading, second_heading},
        notice::{paragraph, quiet},
        receipt::{receipt as proved, tick},
        tag::tag,
    },
};
use leptos::prelude::*;

const KIND: &str = "application/json";

fn next(visit: &Visit, said: &Said) -> Vec<AnyView> {
    let words = match said {
        Said::Visit { choice: Choice::Confirm, .. } => words::receipt_next_confirm(),
        Said::Visit { choice: Choice::Cancel, .. } => words::receipt_next_cancel(),
        Said::Visit { choice: Choice::OtherTime, .. } => words::receipt_next_other_time(),
        Said::Consent(chosen) => consent::next(chosen.status),
        Said::Opened => words::action_told(),
        Said::Wish(wish) => preferences::next(wish),
        Said::Reply(_) => words::receipt_next_reply(),
    };
    let by = matches!(said, Said::Reply(_)).then(|| reply::offer(visit)).flatten();
    let by = by.map(|offer| paragraph(reply::by(&offer)));
    by.into_iter().chain([paragraph(words)]).collect()
}

/// What was answered, beside the answer itself.
fn particulars(said: &Said) -> Vec<Fact> {
    match said {
        Said::Visit { days, times, note, .. } => {
            let days: Vec<String> = days.iter().map(|&day| answer::weekday(day)).collect();
            let times: Vec<&str> = times.iter().map(|&time| answer::time_of_day(time)).collect();
            vec![
                Fact::of(words::receipt_days(), days.join(", ")),
                Fact::of(words::receipt_times(), times.join(", ")),
                Fact::of(words::receipt_note(), note.clone()),
            ]
        }
        Said::Consent(chosen) => consent::rows(chosen),
        Said::Opened => Vec::new(),
        Said::Reply(text) => vec![Fact::of(words::reply_your_words(), text.clone())],
        Said::Wish(wish) => preferences::rows(wish),
    }
}

fn drawn(visit: &Visit, answered: &Answered) -> Vec<AnyView> {
    let appointment = answered.item.and_then(|item| visit.appointment(item));
    let zone = appointment.map_or("", |appointment| appointment.zone.as_str());
    let mut rows = vec![
        Fact::of(words::receipt_answer(), answer::in_words(&answered.said)),
        Fact {
            name: words::visit_when(),
            lines: appointment.map(super::appointment::when).unwrap_or_default(),
            first: false,
        },
    ];
    rows.push(Fact::of(
        words::receipt_whose(),
        visit.whose().map(|whose| whose::name(visit, &whose)).unwrap_or_default(),
    ));
    rows.extend(particulars(&answered.said));
    rows.push(Fact::of(words::receipt_helper(), answer::helper_in_words(answered)));
    rows.push(Fact::of(words::receipt_received(), intl::moment(answered.received_at.0, zone)));
    let apart = answer::times_differ(answered, zone);
    let until = appointment.and_then(|appointment| appointment.answers_end);
    let mut parts =
        vec![proved(rows, words::receipt_code(), answered.code.clone(), words::receipt_code_hint())];
    parts.extend(apart);
    parts.push(second_heading(words::receipt_next()));
    parts.extend(next(visit, &answered.said));
    parts.extend(until.map(|until| quiet(words::receipt_change(&intl::moment(until.0, zone)))));
    if let (Said::Consent(chosen), Some(item)) = (&answered.said, answered.item) {
        parts.push(consent::change(item, chosen.status));
    }
    parts.extend(answered.proof.clone().map(|proof| keep(&answered.code, proof)));
    parts
}

/// The proof as a file.
fn keep(code: &str, proof: String) -> AnyView {
    let name = ["answer-", code, ".json"].concat();
    let save = button(Weight::Second, words::receipt_save(), move || save::file(&name, KIND, &proof));
    let parts = vec![second_heading(words::receipt_keep()), paragraph(words::receipt_save_hint()), save];
    tag("div").class("keep flow").child(parts).view()
}

/// Draws the page.
pub fn receipt() -> AnyView {
    let parts = peek(|journey| {
        let visit = journey.visit()?;
        let Step::Received { answer } = &visit.step else { return None };
        visit.answers.get(*answer).map(|answered| {
            let is_reply = matches!(answered.said, Said::Reply(_));
            let title = if is_reply { words::reply_received() } else { words::receipt_heading() };
            (title, drawn(visit, answered))
        })
    });
    let (title, parts) = parts.unwrap_or_else(|| (words::receipt_heading(), Vec::new()));
    let ways = buttons(vec![
        button(Weight::First, words::receipt_back(), || send(Event::Visit(VisitEvent::Back))),
        button(Weight::Second, words::receipt_print(), save::print),
    ]);
    app::starts(title);
    let mut all = vec![tick(), heading(title)];
    all.extend(parts);
    all.push(ways);
    card(all)
}
