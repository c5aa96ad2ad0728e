//! What the clinic wrote, with what can be answered.

use super::{answer, aside, call, letter};
use crate::{
    app::{self, look, peek, send},
    browser::save,
    flow::{Event, content::Entry, visit::VisitEvent},
    i18n::words,
    ui::{
        button::{Weight, button},
        heading::heading,
        notice::{Tone, notice, paragraph, quiet},
    },
};
use leptos::prelude::*;

/// Draws the page.
pub fn message() -> AnyView {
    let cards = peek(|journey| {
        let Some(visit) = journey.visit() else { return Vec::new() };
        // The newest first: it is what the text was about.
        visit.letters.iter().rev().flat_map(|one| &one.entries).map(letter::card).collect::<Vec<_>>()
    });
    let title = peek(|journey| {
        let letters = &journey.visit()?.letters;
        letters.iter().rev().flat_map(|one| &one.entries).find_map(|entry| match entry {
            Entry::Text(text) if !text.subject.is_empty() => Some(text.subject.clone()),
            _ => None,
        })
    });
    let title = title.unwrap_or_else(|| words::message_heading().into());
    app::starts(&title);
    view! {
        {answer::summary()}
        <div class="arrive">
            <div class="title">{heading(title)}</div>
            {warnings}
            {cards}
        </div>
        <div class="card flow">
            {quiet(words::message_not_urgent())}
            <div class="buttons">
                {button(Weight::Second, words::message_print(), save::print)}
                {button(Weight::Second, words::message_close(), || send(Event::Visit(VisitEvent::Close)))}
            </div>
        </div>
        {aside::doors()}
    }
    .into_any()
}

fn warnings() -> Option<AnyView> {
    let (missing, doubtful) = look(|journey| {
        journey.visit().map_or((0, false), |visit| (visit.missing.len(), visit.doubtful))
    });
    let missing = u32::try_from(missing).unwrap_or(u32::MAX);
    (missing > 0 || doubtful).then(|| {
        let doubt = doubtful.then(|| paragraph(words::message_doubtful())).into_any();
        let gap = (missing > 0).then(|| paragraph(words::message_missing(missing))).into_any();
        notice(Tone::Danger, words::message_doubtful_heading(), vec![doubt, gap, call(Weight::Second)])
    })
}
