//! The quick exit, for whoever is not alone with the phone: a bar at the foot of every page of an open message.

use crate::{
    app::{look, send},
    browser::address,
    flow::{Event, visit::VisitEvent},
    i18n::words,
    ui::{
        button::{Weight, button},
        tag::{live, tag},
    },
};
use leptos::prelude::*;

/// The bar. Nothing before the message is open names a person, so there it is not needed.
pub fn exit() -> AnyView {
    let open = Memo::new(|_| look(|journey| journey.visit().is_some()));
    live(move || {
        open.get().then(|| {
            let leave = button(Weight::Second, words::exit_button(), || {
                send(Event::Visit(VisitEvent::Exit));
                address::leave_for(words::exit_address());
            });
            tag("div").class("exit").child(leave)
        })
    })
}
