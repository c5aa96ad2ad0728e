//! Dead ends: what happened, what to do, the clinic's number.

use super::{aside, call, page};
use crate::{
    app::{peek, send},
    flow::{
        Event, Journey,
        ended::{EndedEvent, Why},
    },
    i18n::words,
    ui::{
        button::{Weight, button},
        notice::paragraph,
        tag::{all, nothing},
    },
};
use leptos::prelude::*;

fn wording(why: Why) -> (&'static str, &'static str) {
    match why {
        Why::Locked => (words::ended_locked_heading(), words::ended_locked()),
        Why::Expired => (words::ended_expired_heading(), words::ended_expired()),
        Why::Recalled => (words::ended_recalled_heading(), words::ended_recalled()),
        Why::Closed => (words::ended_closed_heading(), words::ended_closed()),
        Why::Unknown => (words::ended_unknown_heading(), words::ended_unknown()),
        Why::OtherProof => (words::ended_other_proof_heading(), words::ended_other_proof()),
        Why::Unreadable => (words::ended_unreadable_heading(), words::ended_unreadable()),
        Why::WrongPersonTold => (words::ended_told_heading(), words::ended_told()),
    }
}

/// Draws the page.
pub fn ended() -> AnyView {
    let seen = peek(|journey| match journey {
        Journey::Ended(ended) => Some((ended.why, ended.was_open, ended.has_link())),
        _ => None,
    });
    let Some((why, was_open, has_link)) = seen else { return nothing() };
    let (heading, body) = wording(why);
    let mut parts = Vec::new();
    if was_open {
        parts.push(paragraph(words::ended_was_open()));
    }
    parts.push(paragraph(body));
    parts.push(call(Weight::First));
    if why == Why::Locked {
        parts.push(button(Weight::Second, words::door_question_button(), || aside::open(aside::QUESTION)));
    }
    if matches!(why, Why::Locked | Why::Unknown | Why::Unreadable) {
        parts.push(button(Weight::Text, words::ended_look_again(), || {
            send(Event::Ended(EndedEvent::LookAgain))
        }));
    }
    let doors = if has_link { aside::doors() } else { nothing() };
    all(vec![page(heading, parts), doors])
}
