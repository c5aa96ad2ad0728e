//! Something to know, set apart from the page.

use leptos::prelude::*;

/// Why it is set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// To know.
    Calm,
    /// Done.
    Good,
    /// To be careful about.
    Danger,
    /// The error summary.
    Problem,
}

/// A notice with a heading of its own.
pub fn notice(tone: Tone, heading: impl Into<String>, parts: Vec<AnyView>) -> AnyView {
    let heading = heading.into();
    let (class, id) = match tone {
        Tone::Calm => ("notice", None),
        Tone::Good => ("notice good", None),
        Tone::Danger => ("notice danger", None),
        Tone::Problem => ("notice danger", Some(super::error_summary::ID)),
    };
    let (tabindex, role) = match id {
        Some(_) => (Some("-1"), Some("alert")),
        None => (None, None),
    };
    view! { <div class=class id=id tabindex=tabindex role=role><h2>{heading}</h2>{parts}</div> }.into_any()
}

/// A paragraph, for the parts of a notice or page.
pub fn paragraph(words: impl Into<String>) -> AnyView {
    let words = words.into();
    view! { <p>{words}</p> }.into_any()
}

/// A paragraph that weighs less.
pub fn quiet(words: impl Into<String>) -> AnyView {
    let words = words.into();
    view! { <p class="quiet">{words}</p> }.into_any()
}

/// Words that screen readers say when they change.
pub fn status(words: impl Fn() -> Option<String> + Send + 'static) -> AnyView {
    view! { <p class="waiting" role="status">{move || words()}</p> }.into_any()
}
