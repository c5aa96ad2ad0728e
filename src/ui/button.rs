//! Buttons that say what they do.

use super::tag::tag;
use leptos::prelude::*;

/// How much a button weighs on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// What most people come for; one a page.
    First,
    /// As good a way to go.
    Second,
    /// Ends or takes something away.
    Danger,
    /// Beside the way: looks like a link.
    Text,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Self::First => "button",
            Self::Second => "button second",
            Self::Danger => "button second danger",
            Self::Text => "text-button",
        }
    }
}

/// A button; `press` runs on each press.
pub fn button(weight: Weight, words: impl Into<String>, press: impl Fn() + 'static) -> AnyView {
    tag("button").class(weight.class()).set("type", "button").text(words).on("click", move |_| press()).view()
}

/// The button that sends the form it stands in.
pub fn send_button(weight: Weight, words: impl Into<String>) -> AnyView {
    tag("button").class(weight.class()).text(words).view()
}

/// Buttons beside each other, where there is room.
pub fn buttons(all: Vec<AnyView>) -> AnyView {
    tag("div").class("buttons").child(all).view()
}

/// A form whose button, or Enter in one of its fields, runs `send`. The browser itself never sends it anywhere.
pub fn form(send: impl Fn() + 'static, parts: Vec<AnyView>) -> AnyView {
    tag("form")
        .class("flow")
        .set("method", "dialog")
        .set("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            send();
        })
        .child(parts)
        .view()
}

/// A link that dials, drawn as a button.
pub fn call_button(weight: Weight, words: impl Into<String>, href: impl Into<String>) -> AnyView {
    tag("a").class(weight.class()).set("href", href).text(words).view()
}
