//! The questionnaire engine against a checker that shares no code with it, against HL7's own schema, and against forms made at
//! random.

#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod checker;
mod cost;
mod dice;
mod enablement;
mod filling;
mod forms;
mod making;
mod properties;
mod refusals;
mod responses;
mod schema;

use postern_fhir::questionnaire::{Form, Heading, Patterns, Refusal, Session, SlotId, Status};
use postern_json::Value;
use std::sync::Arc;

/// Regular expressions of a library, as the desk has them.
pub struct Library;

impl Patterns for Library {
    fn understands(&self, pattern: &str) -> bool {
        fancy_regex::Regex::new(pattern).is_ok()
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        let whole = fancy_regex::Regex::new(&format!("^(?:{pattern})$"));
        whole.is_ok_and(|whole| whole.is_match(text).unwrap_or(false))
    }
}

/// Compiles a form with the library's regular expressions.
pub fn import(form: &Value) -> Result<Arc<Form>, Vec<Refusal>> {
    Form::import(form, &Library).map(Arc::new)
}

/// A session in a form that has to be one.
pub fn start(form: &Value) -> Session {
    Session::start(import(form).unwrap_or_else(|refusals| panic!("{refusals:?}")))
}

/// The finished response.
pub fn completed(session: &Session) -> Value {
    let authored = Some("2026-11-23T10:00:00-05:00".into());
    session.response(&Heading { status: Status::Completed, authored, helper: None })
}

/// The only slot of an item.
pub fn slot(session: &Session, link_id: &str) -> SlotId {
    let id = session.form().by_link_id(link_id).unwrap_or_else(|| panic!("no item {link_id}"));
    let slots = session.occurrences(id);
    assert_eq!(slots.len(), 1, "{link_id} stands once");
    slots[0]
}
