//! Names and values, one under the other.

use super::tag::tag;
use leptos::prelude::*;

/// One fact.
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// Its lines.
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
    let said = facts.into_iter().filter(|fact| fact.lines.iter().any(|line| !line.is_empty()));
    tag("dl").class("facts").child(said.map(row).collect::<Vec<_>>()).view()
}

fn row(fact: Fact) -> AnyView {
    let class = if fact.first { "when lines" } else { "lines" };
    let value = tag("dd").class(class).text(fact.lines.join("\n"));
    tag("div").child(tag("dt").text(fact.name)).child(value).view()
}
