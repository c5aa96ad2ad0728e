//! A question over the page that has to be answered first.

use crate::browser::dom;
use leptos::prelude::*;

/// Draws and opens it; Escape runs `escape`. The browser holds the focus inside and gives it back.
pub fn dialog(id: &'static str, heading: &'static str, parts: Vec<AnyView>, escape: impl Fn() + 'static) -> AnyView {
    let name = format!("{id}-heading");
    let labelled = name.clone();
    let escape: Box<dyn Fn()> = Box::new(escape);
    Effect::new(move |_| dom::open_dialog(id));
    view! {
        <dialog
            id=id
            aria-labelledby=labelled
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                escape();
            }
        >
            <h2 id=name>{heading}</h2>
            {parts}
        </dialog>
    }
    .into_any()
}
