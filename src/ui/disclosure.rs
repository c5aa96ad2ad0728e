//! A line that opens to more.

use super::tag::tag;
use leptos::prelude::*;

/// Draws it closed.
pub fn disclosure(summary: &'static str, parts: Vec<AnyView>) -> AnyView {
    tag("details").class("disclosure").child(tag("summary").text(summary)).child(parts).view()
}
