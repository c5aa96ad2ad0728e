//! Boxes to tick.

use super::{
    field::error_line,
    tag::{Tag, tag},
};
use leptos::prelude::*;

/// One box with its words; `ticked` hears each change.
pub fn check_box(
    id: String,
    words: impl Into<String>,
    checked: bool,
    ticked: impl Fn(bool) + 'static,
) -> AnyView {
    let input = tag("input")
        .set("type", "checkbox")
        .set("id", id)
        .set_if(checked, "checked", "")
        .on("change", move |event| ticked(event_target_checked(&event)));
    tag("label").class("choice").child(input).child(tag("span").text(words)).view()
}

/// A question over several boxes, with its hint and its error line.
pub fn group(
    id: &'static str,
    question: &'static str,
    hint: Option<&'static str>,
    error: impl Fn() -> Option<String> + Send + 'static,
    choices: Vec<AnyView>,
) -> AnyView {
    let hint: Option<Tag> = hint.map(|hint| tag("p").class("hint").text(hint));
    tag("fieldset")
        .class("field")
        .set("id", id)
        .set("tabindex", "-1")
        .child(tag("legend").text(question))
        .child(hint)
        .child(error_line(id, error))
        .child(tag("div").class("choices").child(choices))
        .view()
}
