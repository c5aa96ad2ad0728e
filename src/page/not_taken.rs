//! The answer was not taken: why, and what to do.

use super::{call, page};
use crate::{
    app::{peek, send},
    flow::{
        Event,
        answer::NotTaken,
        visit::{Step, VisitEvent},
    },
    i18n::words,
    ui::{
        button::{Weight, button},
        notice::paragraph,
        tag::nothing,
    },
};
use leptos::prelude::*;

/// Draws the page.
pub fn not_taken() -> AnyView {
    let why = peek(|journey| match journey.visit().map(|visit| &visit.step) {
        Some(Step::NotTaken(why)) => Some(*why),
        _ => None,
    });
    let Some(why) = why else { return nothing() };
    let said = match why {
        NotTaken::TooLate => words::not_taken_too_late(),
        NotTaken::ReceiptDoesNotHold => words::not_taken_doubtful(),
        NotTaken::Full => words::not_taken_full(),
        NotTaken::Refused(_) => words::not_taken_refused(),
    };
    let back = button(Weight::Second, words::receipt_back(), || send(Event::Visit(VisitEvent::Back)));
    page(words::not_taken_heading(), vec![paragraph(said), call(Weight::First), back])
}
