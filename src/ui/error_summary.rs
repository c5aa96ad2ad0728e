//! What is wrong and what to do, above everything; it takes the focus when it comes.

use super::notice::{Tone, notice};
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

/// Draws the summary and moves the focus to it. `more` stands above the lines, `after` below them.
pub fn error_summary(heading: String, lines: Vec<Line>, after: Vec<String>) -> AnyView {
    // A link to `#field` would replace the secret in the address, so each line is a button that moves the focus.
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let press = move |_| dom::focus(line.field);
            view! { <li><button type="button" class="text-button" on:click=press>{line.words}</button></li> }.into_any()
        })
        .collect();
    let after: Vec<_> = after.into_iter().map(|words| view! { <p>{words}</p> }.into_any()).collect();
    Effect::new(|_| dom::focus(ID));
    notice(Tone::Problem, heading, vec![view! { <ul>{lines}</ul> }.into_any(), after.into_any()])
}
