//! Boxes to tick and one-of-many.

use leptos::prelude::*;

/// One box with its words; `ticked` hears each change.
pub fn check_box(id: String, words: String, checked: bool, ticked: impl Fn(bool) + 'static) -> AnyView {
    drawn("checkbox", id, String::new(), words, checked, Box::new(ticked))
}

/// One of several; `group` is the same for all of them.
pub fn radio(id: String, group: &str, words: String, checked: bool, chosen: impl Fn(bool) + 'static) -> AnyView {
    drawn("radio", id, group.to_owned(), words, checked, Box::new(chosen))
}

fn drawn(
    kind: &'static str,
    id: String,
    group: String,
    words: String,
    checked: bool,
    act: Box<dyn Fn(bool)>,
) -> AnyView {
    // A group needs a name to be one; no form is ever sent with it.
    let group = (!group.is_empty()).then_some(group);
    view! {
        <label class="choice">
            <input
                type=kind
                id=id
                name=group
                prop:checked=checked
                on:change=move |event| act(event_target_checked(&event))
            />
            <span>{words}</span>
        </label>
    }
    .into_any()
}

/// A question over several choices, with its hint and its error line.
pub fn group(
    id: &'static str,
    question: &'static str,
    hint: Option<&'static str>,
    error: impl Fn() -> Option<String> + Send + 'static,
    choices: Vec<AnyView>,
) -> AnyView {
    view! {
        <fieldset class="field" id=id tabindex="-1">
            <legend>{question}</legend>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            {super::field::error_line(id, error)}
            <div class="choices">{choices}</div>
        </fieldset>
    }
    .into_any()
}
