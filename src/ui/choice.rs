//! Boxes to tick.

use super::{
    field::error_line,
    tag::{Tag, tag, text},
};
use leptos::prelude::*;

/// One box with its words; `ticked` hears each change.
pub fn check_box(
    id: String,
    words: impl Into<String>,
    checked: bool,
    ticked: impl Fn(bool) + 'static,
) -> AnyView {
    choice("checkbox", id, "", words.into(), None, checked, ticked)
}

/// A box with a line that explains it.
pub fn explained_box(
    id: String,
    words: impl Into<String>,
    why: Option<String>,
    checked: bool,
    ticked: impl Fn(bool) + 'static,
) -> AnyView {
    choice("checkbox", id, "", words.into(), why, checked, ticked)
}

/// One of several of this name, of which one is chosen; `chosen` hears when it is this one.
pub fn radio(
    name: &'static str,
    value: &str,
    words: impl Into<String>,
    checked: bool,
    chosen: impl Fn() + 'static,
) -> AnyView {
    choice("radio", [name, "-", value].concat(), name, words.into(), None, checked, move |_| chosen())
}

fn choice(
    kind: &'static str,
    id: String,
    name: &'static str,
    words: String,
    why: Option<String>,
    checked: bool,
    changed: impl Fn(bool) + 'static,
) -> AnyView {
    // What explains it is read out after its name, not as a part of it.
    let [name_id, why_id] = ["-name", "-why"].map(|end| [&id, end].concat());
    let why = why.map(|why| tag("span").class("hint why").set("id", why_id.clone()).text(why));
    let input = tag("input").set("type", kind).set("id", id);
    let (input, words) = match &why {
        Some(_) => (
            input.set("aria-labelledby", name_id.clone()).set("aria-describedby", why_id),
            tag("span").set("id", name_id).text(words).view(),
        ),
        None => (input, text(words)),
    };
    let input = input
        .set_if(!name.is_empty(), "name", name)
        .set_if(checked, "checked", "")
        .on("change", move |event| changed(event_target_checked(&event)));
    tag("label").class("choice").child(input).child(tag("span").child(words).child(why)).view()
}

/// A question over several boxes, with its hint and its error line.
pub fn group(
    id: &'static str,
    question: &'static str,
    hint: Option<&'static str>,
    error: impl Fn() -> Option<String> + Send + 'static,
    choices: Vec<AnyView>,
) -> AnyView {
    set(id, question, hint, error, tag("div").class("choices").child(choices))
}

/// The same, one under the other.
pub fn list(
    id: &'static str,
    question: &'static str,
    hint: Option<&'static str>,
    error: impl Fn() -> Option<String> + Send + 'static,
    choices: Vec<AnyView>,
) -> AnyView {
    set(id, question, hint, error, tag("div").class("choices list").child(choices))
}

fn set(
    id: &'static str,
    question: &'static str,
    hint: Option<&'static str>,
    error: impl Fn() -> Option<String> + Send + 'static,
    choices: Tag,
) -> AnyView {
    let hint: Option<Tag> = hint.map(|hint| tag("p").class("hint").text(hint));
    tag("fieldset")
        .class("field")
        .set("id", id)
        .set("tabindex", "-1")
        .child(tag("legend").text(question))
        .child(hint)
        .child(error_line(id, error))
        .child(choices)
        .view()
}
