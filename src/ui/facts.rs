//! Names and values, one under the other.

use leptos::prelude::*;

/// One fact.
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// Its lines; the first stands out where the fact is a time.
    pub lines: Vec<String>,
    /// Whether it is what people look for first.
    pub first: bool,
}

impl Fact {
    /// A fact of one line.
    pub fn of(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, lines: vec![words.into()], first: false }
    }
}

/// Draws the facts; those without a line are left out.
pub fn facts(facts: Vec<Fact>) -> AnyView {
    let rows: Vec<_> = facts.into_iter().filter(|fact| fact.lines.iter().any(|line| !line.is_empty())).map(row).collect();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

fn row(fact: Fact) -> AnyView {
    let class = if fact.first { "when lines" } else { "lines" };
    let lines = fact.lines.join("\n");
    view! { <div><dt>{fact.name}</dt><dd class=class>{lines}</dd></div> }.into_any()
}
