//! One part of a message, on its card.

use super::{appointment, call, still_loading};
use crate::{
    app,
    browser::intl,
    flow::content::{Entry, Text},
    i18n::words,
    ui::{
        button::Weight,
        heading::card as drawn,
        notice::{paragraph, quiet},
        rich_text::rich_text,
        tag::live,
    },
};
use leptos::prelude::*;

/// Draws the card of an entry.
pub fn card(entry: &Entry) -> AnyView {
    match entry {
        Entry::Text(text) => written(text),
        Entry::Appointment(visit) => appointment::card(visit),
        Entry::Consent(consent) => soon(consent.item),
        Entry::Action(action) => soon(action.item),
        Entry::NotShown => drawn(vec![paragraph(words::message_not_shown()), call(Weight::Second)]),
    }
}

/// What comes with the second file.
fn soon(item: usize) -> AnyView {
    drawn(vec![live(move || app::later().map_or_else(still_loading, |later| (later.item)(item)))])
}

fn written(text: &Text) -> AnyView {
    let sender = match (text.sender.is_empty(), text.sender_role.is_empty()) {
        (true, true) => None,
        (false, false) => Some(words::message_from_role(&text.sender_role, &text.sender)),
        (false, true) => Some(words::message_from(&text.sender)),
        (true, false) => Some(words::message_from(&text.sender_role)),
    };
    let sent = text.sent.map(|sent| words::message_sent(&intl::long_date(sent.0, "")));
    let mut parts: Vec<AnyView> = sender.map(quiet).into_iter().collect();
    parts.extend(rich_text(&text.text));
    parts.extend(sent.map(quiet));
    drawn(parts)
}
