//! Forms at the desk: a Questionnaire before it is sent, a QuestionnaireResponse when it has come.

use fancy_regex::{Regex, RegexBuilder};
use postern_fhir::questionnaire::{Fault, Form, Note, Patterns, Refusal, Session, audit, receive as check};
use postern_json::Value;
use std::sync::Arc;

/// A form that may be sent.
#[derive(Debug, Clone)]
pub struct Sendable {
    /// The form.
    pub form: Arc<Form>,
    /// What is left aside in it, to be told to whoever sends.
    pub notes: Vec<Note>,
}

/// Looks a Questionnaire over before it is sent.
///
/// # Errors
/// Everything in it that cannot work, with its place; never empty.
pub fn look_over(questionnaire: &Value) -> Result<Sendable, Vec<Refusal>> {
    let form = Arc::new(Form::import(questionnaire, &Expressions)?);
    Ok(Sendable { form, notes: audit(questionnaire) })
}

/// Why a received response is not taken for an answer.
#[derive(Debug)]
pub enum NotTaken {
    /// The form that was sent cannot be read any more: this desk is older or newer than the one that sent it.
    Form(Vec<Refusal>),
    /// The response is none to that form.
    Response(Vec<Fault>),
}

/// Checks a received QuestionnaireResponse against the Questionnaire that was sent, and gives its answers.
///
/// # Errors
/// The form or the response does not hold; every reason.
pub fn receive(sent: &Value, received: &Value) -> Result<Session, NotTaken> {
    let form = Form::import(sent, &Expressions).map_err(NotTaken::Form)?;
    check(Arc::new(form), received, &Expressions).map_err(NotTaken::Response)
}

/// Regular expressions with look-around, as browsers have them.
struct Expressions;

/// Steps back that one match may take: the text is a stranger's, the pattern may be careless.
const MOST_STEPS: usize = 100_000;

fn whole(pattern: &str) -> Option<Regex> {
    // A pattern that is none by itself could become one inside the brackets.
    Regex::new(pattern).ok()?;
    RegexBuilder::new(&format!("^(?:{pattern})$")).backtrack_limit(MOST_STEPS).build().ok()
}

impl Patterns for Expressions {
    fn understands(&self, pattern: &str) -> bool {
        whole(pattern).is_some()
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        whole(pattern).is_some_and(|whole| whole.is_match(text).unwrap_or(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    fn form() -> Value {
        json!({"resourceType": "Questionnaire", "status": "active", "item": [
            {"linkId": "zip", "type": "string", "required": true, "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/regex", "valueString": "(?!00000)[0-9]{5}"}]}]})
    }

    fn response(zip: &str) -> Value {
        json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [
            {"linkId": "zip", "answer": [{"valueString": zip}]}]})
    }

    #[test]
    fn a_response_is_held_against_the_form_that_was_sent() {
        assert!(look_over(&form()).unwrap().notes.is_empty());
        assert!(receive(&form(), &response("01101")).is_ok());
        for wrong in ["00000", "1101", "01101\n"] {
            assert!(matches!(receive(&form(), &response(wrong)), Err(NotTaken::Response(_))), "{wrong:?}");
        }
        assert!(matches!(receive(&json!({}), &response("01101")), Err(NotTaken::Form(_))));
    }

    #[test]
    fn a_pattern_that_is_none_keeps_the_form_from_being_sent() {
        for pattern in ["(", "a)|(b", "[z-a]"] {
            let mut form = form();
            form["item"][0]["extension"][0]["valueString"] = pattern.into();
            assert_eq!(look_over(&form).unwrap_err().len(), 1, "{pattern}");
        }
    }

    #[test]
    fn a_careless_pattern_and_a_strangers_text_end_soon() {
        assert!(!Expressions.matches("(?=(a+)+$)(a|aa)+\\1", &format!("{}!", "a".repeat(60))));
    }
}
