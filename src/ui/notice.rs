//! Something to know, set apart from the page.

use super::tag::{live, tag};
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
    let box_ = match tone {
        Tone::Calm => tag("div").class("notice"),
        Tone::Good => tag("div").class("notice good"),
        Tone::Danger => tag("div").class("notice danger"),
        Tone::Problem => tag("div")
            .class("notice danger")
            .set("id", super::error_summary::ID)
            .set("tabindex", "-1")
            .set("role", "alert"),
    };
    box_.child(tag("h2").text(heading)).child(parts).view()
}

/// A paragraph, for the parts of a notice or page.
pub fn paragraph(words: impl Into<String>) -> AnyView {
    tag("p").text(words).view()
}

/// A paragraph in which this part, a telephone number, is not broken apart.
pub fn unbroken(words: &str, whole: &str) -> AnyView {
    let paragraph = tag("p");
    match words.split_once(whole).filter(|_| !whole.is_empty()) {
        None => paragraph.text(words),
        Some((before, after)) => {
            let whole = tag("span").class("phone").text(whole);
            paragraph.text(before).child(whole).text(after)
        }
    }
    .view()
}

/// A paragraph that weighs less.
pub fn quiet(words: impl Into<String>) -> AnyView {
    tag("p").class("quiet").text(words).view()
}

/// Words that screen readers say when they change.
pub fn status(words: impl Fn() -> Option<&'static str> + Send + 'static) -> AnyView {
    tag("p").class("waiting").set("role", "status").child(live(move || words().map(super::tag::text))).view()
}
