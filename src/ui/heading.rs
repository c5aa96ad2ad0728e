//! The heading that says what a page is; the focus goes here when the page starts.

use leptos::prelude::*;

/// Its id.
pub const ID: &str = "heading";

/// Draws it.
pub fn heading(words: impl Into<String>) -> AnyView {
    let words = words.into();
    view! { <h1 id=ID tabindex="-1">{words}</h1> }.into_any()
}

/// A heading inside a page.
pub fn second_heading(words: impl Into<String>) -> AnyView {
    let words = words.into();
    view! { <h2>{words}</h2> }.into_any()
}

/// A page's card: its parts with even room between them.
pub fn card(parts: Vec<AnyView>) -> AnyView {
    view! { <div class="card flow">{parts}</div> }.into_any()
}
