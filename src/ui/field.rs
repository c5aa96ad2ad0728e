//! A field for words: label, hint, its own error line. It keeps what was typed by itself and is never drawn anew.

use leptos::prelude::*;

/// What a field is.
pub struct Field {
    /// Its id; also the target of the error summary.
    pub id: &'static str,
    /// Above it.
    pub label: String,
    /// Under the label.
    pub hint: Option<String>,
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
    /// Letters, several lines.
    Lines,
}

/// Draws a field; `typed` hears each change, `error` says what is wrong with it now.
pub fn field(field: Field, error: impl Fn() -> Option<String> + Send + Sync + 'static, typed: impl Fn(String) + 'static) -> AnyView {
    drawn(field, std::sync::Arc::new(error), Box::new(typed))
}

fn drawn(
    field: Field,
    error: std::sync::Arc<dyn Fn() -> Option<String> + Send + Sync>,
    typed: Box<dyn Fn(String)>,
) -> AnyView {
    let Field { id, label, hint, value, autocomplete, keys } = field;
    let hint_id = format!("{id}-hint");
    let described = format!("{id}-hint {id}-error");
    let invalid = {
        let error = error.clone();
        move || error().is_some().then_some("true")
    };
    let input = match keys {
        Keys::Lines => view! {
            <textarea
                id=id
                aria-describedby=described
                aria-invalid=invalid
                prop:value=value
                on:input=move |event| typed(event_target_value(&event))
            ></textarea>
        }
        .into_any(),
        Keys::Letters | Keys::Digits => view! {
            <input
                id=id
                class=if keys == Keys::Digits { "short" } else { "narrow" }
                inputmode=(keys == Keys::Digits).then_some("numeric")
                autocomplete=autocomplete
                spellcheck="false"
                aria-describedby=described
                aria-invalid=invalid
                prop:value=value
                on:input=move |event| typed(event_target_value(&event))
            />
        }
        .into_any(),
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <p class="hint" id=hint_id>{hint}</p>
            {error_line(id, move || error())}
            {input}
        </div>
    }
    .into_any()
}

/// The line that says what is wrong with a field; not there while nothing is.
pub fn error_line(id: &str, error: impl Fn() -> Option<String> + Send + 'static) -> AnyView {
    let id = format!("{id}-error");
    (move || error().map(|words| view! { <p class="error" id=id.clone()>{words}</p> })).into_any()
}
