//! Whom a message is about: asked where a link has messages about several patients, said where somebody could be mistaken.

use super::{answer, page};
use crate::{
    app::{look, peek, send},
    flow::{
        Event,
        visit::{Visit, VisitEvent},
        whose::Whose,
    },
    i18n::words,
    ui::{
        button::{Weight, button},
        notice::{paragraph, quiet},
        tag::{all, live, nothing, tag},
    },
};
use leptos::prelude::*;

/// A patient as the page names them: by initials, and what tells two of the same apart.
pub fn name(visit: &Visit, whose: &Whose) -> String {
    let alike = visit.patients().iter().filter(|one| one.initials == whose.initials).count() > 1;
    match whose.day {
        Some(day) => words::whose_day(&day.to_string(), &whose.initials),
        None if alike => words::whose_number(&whose.initials, &whose.place.to_string()),
        None => whose.initials.clone(),
    }
}

fn others(visit: &Visit) -> Vec<(u64, String)> {
    let here = visit.place;
    let all = visit.patients();
    all.iter().filter(|one| one.place != here).map(|one| (one.place, name(visit, one))).collect()
}

fn go(place: u64) {
    send(Event::Visit(VisitEvent::Whose(place)));
}

/// Draws the page that asks.
pub fn whose() -> AnyView {
    let all = peek(|journey| journey.visit().map(others)).unwrap_or_default();
    let ways = all.into_iter().map(|(place, name)| button(Weight::Second, name, move || go(place)));
    let ways = tag("div").class("flow").child(ways.collect::<Vec<_>>()).view();
    page(words::whose_heading(), vec![paragraph(words::whose_lead()), ways, quiet(words::whose_after())])
}

/// "For A. E."
pub fn about() -> AnyView {
    let name = peek(|journey| {
        let visit = journey.visit()?;
        Some(name(visit, &visit.whose()?))
    });
    name.map_or_else(nothing, |name| tag("p").child(tag("strong").text(words::whose_for(&name))).view())
}

/// "You answer as mother for A. E.", where the link was made for a helper.
pub fn who_answers() -> AnyView {
    let said = peek(|journey| {
        let visit = journey.visit()?;
        let whose = visit.whose()?;
        Some(words::whose_answering(&name(visit, &whose), &visit.helper()?.relationship))
    });
    said.map_or_else(nothing, paragraph)
}

/// What stands over a message: what is wrong with what was typed, whom the message is about, and the way to the others.
pub fn above() -> AnyView {
    let place = Memo::new(|_| look(|journey| journey.visit().map(|visit| visit.place)));
    let told = live(move || {
        place.get().map(|_| {
            let others = peek(|journey| journey.visit().map(others)).unwrap_or_default();
            let ways = others
                .into_iter()
                .map(|(place, name)| button(Weight::Text, words::whose_other(&name), move || go(place)));
            let ways: Vec<AnyView> = ways.map(|way| tag("div").child(way).view()).collect();
            all(vec![about(), all(ways)])
        })
    });
    all(vec![answer::summary(), told])
}
