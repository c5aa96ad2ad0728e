//! Proof that an answer was received.

use super::{
    facts::{Fact, facts},
    notice::quiet,
    tag::tag,
};
use leptos::prelude::*;

/// Draws the facts and the receipt code with its hint.
pub fn receipt(rows: Vec<Fact>, code_name: &'static str, code: String, hint: &'static str) -> AnyView {
    let code = tag("div").child(tag("p").text(code_name)).child(tag("p").class("code").text(code));
    tag("div").class("receipt").child(facts(rows)).child(code).child(quiet(hint)).view()
}

/// A tick in a circle: the words beside it say the same.
pub fn tick() -> AnyView {
    tag("div").class("tick").set("aria-hidden", "true").view()
}
