//! The heading that says what a page is; the focus goes here when the page starts.

use super::tag::tag;
use leptos::prelude::*;

/// Its id.
pub const ID: &str = "heading";

/// Draws it.
pub fn heading(words: impl Into<String>) -> AnyView {
    tag("h1").set("id", ID).set("tabindex", "-1").text(words).view()
}

/// A heading inside a page.
pub fn second_heading(words: impl Into<String>) -> AnyView {
    tag("h2").text(words).view()
}

/// A heading inside a part of a page.
pub fn third_heading(words: impl Into<String>) -> AnyView {
    tag("h3").text(words).view()
}

/// A page's card: its parts with even room between them.
pub fn card(parts: Vec<AnyView>) -> AnyView {
    tag("div").class("card flow").child(parts).view()
}

/// Parts with even room between them, without a card.
pub fn flow(parts: Vec<AnyView>) -> AnyView {
    tag("div").class("flow").child(parts).view()
}
