//! "Are you still there?"

use crate::{
    app::{look, send},
    flow::{Event, idle::Idle, visit::VisitEvent},
    i18n::words,
    ui::{
        button::{Weight, button, buttons},
        dialog::dialog,
        notice::paragraph,
        tag::live,
    },
};
use leptos::prelude::*;

/// The dialog, there only while the flow asks.
pub fn idle() -> AnyView {
    let asks = Memo::new(|_| {
        look(|journey| journey.visit().is_some_and(|visit| matches!(visit.idle, Idle::Warning { .. })))
    });
    let stay = || send(Event::Visit(VisitEvent::Stay));
    live(move || {
        asks.get().then(|| {
            let ways = buttons(vec![
                button(Weight::First, words::idle_stay(), stay),
                button(Weight::Second, words::idle_close(), || send(Event::Visit(VisitEvent::Close))),
            ]);
            dialog("idle", words::idle_heading(), vec![paragraph(words::idle_body()), ways], stay)
        })
    })
}
