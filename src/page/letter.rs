//! One part of a message, on its card.

use super::{appointment, call, still_loading};
use crate::{
    app,
    browser::intl,
    flow::content::{Entry, Text},
    i18n::words,
    ui::{
        button::Weight,
        heading::{card as drawn, second_heading},
        notice::{paragraph, quiet},
        rich_text::rich_text,
        tag::live,
    },
};
use leptos::prelude::*;

/// Draws the card of an entry; `heads` puts a text's own heading there, where it is not the page's.
pub fn card(entry: &Entry, heads: bool) -> AnyView {
    match entry {
        Entry::Text(text) => written(text, heads),
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

fn written(text: &Text, heads: bool) -> AnyView {
    let sender = match (text.sender.is_empty(), text.sender_role.is_empty()) {
        (true, true) => None,
        (false, false) => Some(words::message_from_role(&text.sender_role, &text.sender)),
        (false, true) => Some(words::message_from(&text.sender)),
        (true, false) => Some(words::message_from(&text.sender_role)),
    };
    let sent = text.sent.map(|sent| words::message_sent(&intl::long_date(sent.0, "")));
    let heading = (heads && !text.subject.is_empty()).then(|| second_heading(&text.subject));
    let mut parts: Vec<AnyView> = heading.into_iter().chain(sender.map(quiet)).collect();
    parts.extend(rich_text(&text.text));
    parts.extend(sent.map(quiet));
    drawn(parts)
}
