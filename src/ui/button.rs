//! Buttons that say what they do.

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
    drawn(weight, words.into(), Box::new(press))
}

fn drawn(weight: Weight, words: String, press: Box<dyn Fn()>) -> AnyView {
    view! { <button type="button" class=weight.class() on:click=move |_| press()>{words}</button> }.into_any()
}

/// The button that sends the form it stands in.
pub fn send_button(weight: Weight, words: impl Into<String>) -> AnyView {
    let words = words.into();
    view! { <button class=weight.class()>{words}</button> }.into_any()
}

/// A form whose button, or Enter in one of its fields, runs `send`. The browser itself never sends it anywhere.
pub fn form(send: impl Fn() + 'static, parts: Vec<AnyView>) -> AnyView {
    let send: Box<dyn Fn()> = Box::new(send);
    view! {
        <form
            class="flow"
            method="dialog"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            {parts}
        </form>
    }
    .into_any()
}

/// A link that dials, drawn as a button.
pub fn call_button(weight: Weight, words: impl Into<String>, href: impl Into<String>) -> AnyView {
    let (words, href) = (words.into(), href.into());
    view! { <a class=weight.class() href=href>{words}</a> }.into_any()
}
