//! A question over the page that has to be answered first.

use super::tag::tag;
use crate::browser::dom;
use leptos::prelude::*;

/// Draws and opens it; Escape runs `escape`. The browser holds the focus inside and gives it back.
pub fn dialog(
    id: &'static str,
    heading: &'static str,
    parts: Vec<AnyView>,
    escape: impl Fn() + 'static,
) -> AnyView {
    let name = [id, "-heading"].concat();
    Effect::new(move |_| dom::open_dialog(id));
    tag("dialog")
        .set("id", id)
        .set("aria-labelledby", name.clone())
        .on("cancel", move |event| {
            event.prevent_default();
            escape();
        })
        .child(tag("h2").set("id", name).text(heading))
        .child(parts)
        .view()
}
