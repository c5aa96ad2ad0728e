//! A line that opens to more.

use super::tag::tag;
use leptos::prelude::*;

/// Draws it closed.
pub fn disclosure(summary: &'static str, parts: Vec<AnyView>) -> AnyView {
    opened(summary, false, parts)
}

/// Draws it open or closed.
pub fn opened(summary: &'static str, open: bool, parts: Vec<AnyView>) -> AnyView {
    tag("details")
        .class("disclosure")
        .set_if(open, "open", "")
        .child(tag("summary").text(summary))
        .child(parts)
        .view()
}
