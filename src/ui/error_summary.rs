//! What is wrong and what to do, above everything; it takes the focus when it comes.

use super::{
    button::{Weight, button},
    notice::{Tone, notice, paragraph},
    tag::tag,
};
use crate::browser::dom;
use leptos::prelude::*;

/// The summary's id.
pub const ID: &str = "problem";

/// One thing to put right.
pub struct Line {
    /// What to do.
    pub words: String,
    /// The field to do it in.
    pub field: &'static str,
}

/// Draws the summary and moves the focus to it. `after` stands below the lines.
pub fn error_summary(heading: &'static str, lines: Vec<Line>, after: Option<String>) -> AnyView {
    // A link to `#field` would replace the secret in the address, so each line is a button that moves the focus.
    let items = lines.into_iter().map(|Line { words, field }| {
        tag("li").child(button(Weight::Text, words, move || dom::focus(field))).view()
    });
    let list = tag("ul").child(items.collect::<Vec<_>>()).view();
    Effect::new(|_| dom::focus(ID));
    let mut parts = vec![list];
    parts.extend(after.map(paragraph));
    notice(Tone::Problem, heading, parts)
}
