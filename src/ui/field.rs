//! A field for words: label, hint, its own error line. It keeps what was typed by itself and is never drawn anew.

use super::tag::{Tag, live, tag};
use crate::browser::dom;
use leptos::prelude::*;

/// What a field is.
pub struct Field {
    /// Its id; also the target of the error summary.
    pub id: &'static str,
    /// Above it.
    pub label: String,
    /// Under the label.
    pub hint: Option<&'static str>,
    /// What stands in it at first.
    pub value: String,
    /// What the browser may fill in; `off` for what only this person knows.
    pub autocomplete: &'static str,
    /// The keys a phone shows.
    pub keys: Keys,
}

/// The keys a phone shows, and the room a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Letters, one line.
    Letters,
    /// Digits, a short line.
    Digits,
    /// Those of a telephone number.
    Phone,
    /// Those of an e-mail address.
    Email,
    /// Letters, several lines.
    Lines,
}

/// Draws a field; `typed` hears each change, `error` says what is wrong with it now.
pub fn field(
    field: Field,
    error: impl Fn() -> Option<String> + Clone + Send + 'static,
    typed: impl Fn(String) + 'static,
) -> AnyView {
    let Field { id, label, hint, value, autocomplete, keys } = field;
    let input = match keys {
        Keys::Lines => tag("textarea").text(value),
        Keys::Letters => tag("input").class("narrow").set("value", value),
        Keys::Phone => tag("input").class("narrow").set("value", value).set("inputmode", "tel"),
        Keys::Email => tag("input")
            .class("narrow")
            .set("value", value)
            .set("inputmode", "email")
            .set("autocapitalize", "none"),
        Keys::Digits => tag("input").class("short").set("value", value).set("inputmode", "numeric"),
    };
    let input = input
        .set("id", id)
        .set("autocomplete", autocomplete)
        .set("spellcheck", "false")
        .set("aria-describedby", [id, "-hint ", id, "-error"].concat())
        .on("input", move |event| typed(event_target_value(&event)));
    let is_wrong = error.clone();
    Effect::new(move |_| dom::attribute(id, "aria-invalid", is_wrong().is_some().then_some("true")));
    let hint: Option<Tag> =
        hint.map(|hint| tag("p").class("hint").set("id", [id, "-hint"].concat()).text(hint));
    tag("div")
        .class("field")
        .child(tag("label").set("for", id).text(label))
        .child(hint)
        .child(error_line(id, error))
        .child(input)
        .view()
}

/// The line that says what is wrong with a field; not there while nothing is.
pub fn error_line(id: &'static str, error: impl Fn() -> Option<String> + Send + 'static) -> AnyView {
    live(move || error().map(|words| tag("p").class("error").set("id", [id, "-error"].concat()).text(words)))
}
