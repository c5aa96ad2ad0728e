//! "Cancel this visit?"

use super::{answer, appointment, page};
use crate::{
    app::{peek, send},
    flow::{
        Event,
        visit::{Step, VisitEvent},
    },
    i18n::words,
    ui::{
        button::{Weight, button, buttons, form, send_button},
        notice::paragraph,
        tag::{all, nothing},
    },
};
use leptos::prelude::*;

/// Draws the page.
pub fn cancel() -> AnyView {
    let item = peek(|journey| match journey.visit().map(|visit| &visit.step) {
        Some(Step::Cancelling { item, .. }) => Some(*item),
        _ => None,
    });
    let Some(item) = item else { return nothing() };
    let ways = buttons(vec![
        send_button(Weight::Danger, words::cancel_button()),
        button(Weight::Second, words::cancel_keep(), || send(Event::Visit(VisitEvent::Back))),
    ]);
    let parts = vec![
        appointment::short_facts(item),
        paragraph(words::cancel_lead()),
        form(
            || answer::try_to(VisitEvent::Send),
            vec![answer::note(words::cancel_note(), None), answer::helper(), ways],
        ),
    ];
    all(vec![answer::summary(), page(words::cancel_heading(), parts)])
}
