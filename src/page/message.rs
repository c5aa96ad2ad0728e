//! What the clinic wrote, with what can be answered.

use super::{call, letter};
use crate::{
    app::{self, look, peek, send},
    browser::save,
    flow::{Event, content::Entry, visit::VisitEvent},
    i18n::words,
    ui::{
        button::{Weight, button, buttons},
        heading::heading,
        notice::{Tone, notice, paragraph, quiet},
        tag::{all, live, tag},
    },
};
use leptos::prelude::*;

/// Draws the page.
pub fn message() -> AnyView {
    let cards = peek(|journey| {
        let Some(visit) = journey.visit() else { return Vec::new() };
        // The newest first: it is what the text was about, and the page has its heading.
        let cards = visit.shown().rev().enumerate().flat_map(|(index, one)| {
            let number = one.number;
            let replies = live(move || app::later().map(|later| (later.replies)(number)));
            let entries = one.entries.iter().map(move |entry| letter::card(entry, index > 0));
            std::iter::once(replies).chain(entries)
        });
        cards.collect::<Vec<_>>()
    });
    let title = peek(|journey| {
        journey.visit()?.shown().rev().flat_map(|one| &one.entries).find_map(|entry| match entry {
            Entry::Text(text) if !text.subject.is_empty() => Some(text.subject.clone()),
            _ => None,
        })
    });
    let title = title.unwrap_or_else(|| words::message_heading().into());
    app::starts(&title);
    let title = tag("div").class("title").child(heading(title));
    let reply = live(|| app::later().map(|later| (later.reply)()));
    let fresh = live(|| app::later().map(|later| (later.fresh)()));
    let ways = buttons(vec![
        button(Weight::Second, words::message_close(), || send(Event::Visit(VisitEvent::Close))),
        button(Weight::Second, words::message_print(), save::print),
    ]);
    all(vec![
        live(|| app::later().map(|later| (later.summary)())),
        tag("div")
            .class("arrive")
            .child(title)
            .child(live(warnings))
            .child(fresh)
            .child(cards)
            .child(reply)
            .view(),
        tag("div").class("foot flow").child(quiet(words::message_not_urgent())).child(ways).view(),
    ])
}

fn warnings() -> Option<AnyView> {
    let (missing, doubtful) =
        look(|journey| journey.visit().map_or((0, false), |visit| (visit.missing.len(), visit.doubtful)));
    let missing = u32::try_from(missing).unwrap_or(u32::MAX);
    (missing > 0 || doubtful).then(|| {
        let mut parts = Vec::new();
        if doubtful {
            parts.push(paragraph(words::message_doubtful()));
        }
        if missing > 0 {
            parts.push(paragraph(words::message_missing(missing)));
        }
        parts.push(call(Weight::Second));
        notice(Tone::Danger, words::message_doubtful_heading(), parts)
    })
}
