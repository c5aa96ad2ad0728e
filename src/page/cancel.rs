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
        button::{Weight, button, form, send_button},
        notice::paragraph,
    },
};
use leptos::prelude::*;

/// Draws the page.
pub fn cancel() -> AnyView {
    let item = peek(|journey| match journey.visit().map(|visit| &visit.step) {
        Some(Step::Cancelling { item, .. }) => Some(*item),
        _ => None,
    });
    let Some(item) = item else { return ().into_any() };
    let buttons = view! {
        <div class="buttons">
            {send_button(Weight::Danger, words::cancel_button())}
            {button(Weight::Second, words::cancel_keep(), || send(Event::Visit(VisitEvent::Back)))}
        </div>
    };
    let parts = vec![
        appointment::short_facts(item),
        paragraph(words::cancel_lead()),
        form(
            || answer::try_to(VisitEvent::Send),
            vec![answer::note(words::cancel_note(), None), answer::helper(), buttons.into_any()],
        ),
    ];
    (answer::summary(), page(words::cancel_heading(), parts)).into_any()
}
