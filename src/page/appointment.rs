//! A visit on its card: when, with whom, where. What can be done about it comes with the second file.

use super::{call, still_loading};
use crate::{
    app::{self, peek},
    browser::intl,
    flow::content::Appointment,
    i18n::words,
    ui::{
        button::Weight,
        facts::{Fact, facts},
        heading::{card as drawn, second_heading, third_heading},
        notice::{Tone, notice, paragraph},
        rich_text::rich_text,
        tag::live,
    },
};
use leptos::prelude::*;

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
    parts.extend(rich_text(&visit.comment));
    if !visit.prepare.is_empty() {
        parts.push(third_heading(words::visit_prepare()));
        parts.extend(rich_text(&visit.prepare));
    }
    let item = visit.item;
    parts.push(live(move || app::later().map_or_else(still_loading, |later| (later.item)(item))));
    drawn(parts)
}
