//! Under and between the messages: what was written back, what the clinic added meanwhile, and the way to write.

use super::{answer, call, letter, reply};
use crate::{
    app::{look, peek, send},
    browser::intl,
    flow::{
        Event, Journey, Screen,
        answer::{Answered, Said},
        visit::{Visit, VisitEvent},
    },
    i18n::words,
    ui::{
        button::{Weight, button},
        facts::{Fact, facts},
        heading::{card, second_heading},
        notice::{Tone, notice, paragraph, quiet},
        tag::{all, live, nothing, tag},
    },
};
use leptos::prelude::*;

/// What was written back to a message, newest first, as the messages are.
pub fn replies(message: u32) -> AnyView {
    let cards = peek(|journey| {
        let visit = journey.visit()?;
        let mut cards: Vec<AnyView> =
            visit.replies_to(message).map(|place| written(&visit.answers[place])).collect();
        cards.reverse();
        Some(cards)
    });
    all(cards.unwrap_or_default())
}

fn written(answered: &Answered) -> AnyView {
    let Said::Reply(text) = &answered.said else { return nothing() };
    let helper = answered.helper.is_some();
    let helper =
        helper.then(|| facts(vec![Fact::of(words::receipt_helper(), answer::helper_in_words(answered))]));
    let mut parts =
        vec![second_heading(words::reply_you_wrote()), tag("p").class("lines").text(text.clone()).view()];
    parts.extend(helper);
    parts.extend([
        quiet(words::visit_received(&intl::moment(answered.received_at.0, ""))),
        quiet(words::visit_received_code(&answered.code)),
    ]);
    parts.extend(answer::times_differ(answered, ""));
    card(parts)
}

/// Above the messages of the page as it was drawn: those that came since, and once that they did.
pub fn fresh() -> AnyView {
    let count = |journey: &Journey| journey.visit().map_or(0, |visit| visit.letters.len());
    let drawn = peek(count);
    let now = Memo::new(move |_| look(count));
    let said = live(move || {
        (now.get() > drawn)
            .then(|| notice(Tone::Good, words::reply_just_answered(), vec![paragraph(words::reply_new())]))
    });
    let cards = live(move || {
        let count = now.get();
        peek(|journey| journey.visit().map(|visit| added(visit, drawn, count))).unwrap_or_default()
    });
    all(vec![tag("div").set("role", "status").child(said).view(), cards])
}

fn added(visit: &Visit, from: usize, to: usize) -> Vec<AnyView> {
    let letters = visit.letters.get(from..to).unwrap_or_default();
    letters.iter().rev().flat_map(|one| &one.entries).map(|entry| letter::card(entry, true)).collect()
}

/// On every other page of an open message: that one came, and the way there.
pub fn news() -> AnyView {
    let unread = Memo::new(|_| {
        look(|journey| {
            let stands = matches!(journey, Journey::Visit(_)) && journey.screen() != Screen::Sending;
            stands && journey.visit().is_some_and(Visit::has_unread)
        })
    });
    let said = live(move || {
        unread.get().then(|| {
            let read =
                button(Weight::Second, words::reply_read(), || send(Event::Visit(VisitEvent::ReadNew)));
            notice(Tone::Good, words::reply_just_answered(), vec![read])
        })
    });
    tag("div").set("role", "status").child(said).view()
}

/// The way to write back, under the messages.
pub fn way() -> AnyView {
    let offer = peek(|journey| {
        let visit = journey.visit()?;
        Some((reply::offer(visit)?, visit.is_full_of_replies()))
    });
    let Some((offer, is_full)) = offer else { return nothing() };
    let mut parts = vec![second_heading(words::reply_question())];
    if is_full {
        parts.extend([paragraph(words::reply_full()), call(Weight::Second)]);
    } else {
        parts.extend(reply::when(&offer));
        let write = || send(Event::Visit(VisitEvent::OpenReply));
        parts.push(button(Weight::Second, words::reply_open(), write));
    }
    card(parts)
}
