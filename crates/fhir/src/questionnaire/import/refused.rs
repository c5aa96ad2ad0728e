//! What is refused wherever it stands: expressions, modifiers, signs of another FHIR version, parts that are elsewhere.

use super::Import;
use crate::questionnaire::{
    constraint,
    extension::{self, url},
    refusal::Reason,
};
use postern_json::Value;

/// Ends of the addresses of extensions that hold an expression, or make sense with one only.
const EXPRESSIONS: [&str; 12] = [
    "alculatedExpression",
    "initialExpression",
    "enableWhenExpression",
    "answerExpression",
    "candidateExpression",
    "contextExpression",
    "answerOptionsToggleExpression",
    "itemPopulationContext",
    "/variable",
    "cqf-expression",
    "cqf-calculatedValue",
    "/targetConstraint",
];

impl Import<'_> {
    /// Looks through the form's own elements and, without naming them, what stands inside extensions and data types.
    /// Items are looked at when their turn comes, so that a refusal names its item.
    pub(super) fn refused_anywhere(&mut self, form: &Value) {
        for name in ["versionAlgorithmString", "versionAlgorithmCoding", "copyrightLabel"] {
            if form.get(name).is_some() {
                self.refuse(name, Reason::FhirR5);
            }
        }
        if form.get("implicitRules").is_some() {
            self.refuse("implicitRules", Reason::Modifier);
        }
        self.look_into(form);
    }

    /// One object, down to but not including its items.
    pub(super) fn look_into(&mut self, element: &Value) {
        let Some(members) = element.as_object() else { return };
        for (name, value) in members {
            match (name.as_str(), value) {
                ("item", _) => {}
                ("modifierExtension", Value::Array(all)) if all.is_empty() => {}
                ("modifierExtension", _) => self.refuse("modifierExtension", Reason::Modifier),
                ("extension", Value::Array(all)) => all.iter().for_each(|one| self.look_into_extension(one)),
                (_, Value::Array(all)) => all.iter().for_each(|one| self.look_into(one)),
                (_, value) => self.look_into(value),
            }
        }
    }

    fn look_into_extension(&mut self, one: &Value) {
        let address = extension::url_of(one);
        let expression =
            one.get("valueExpression").is_some() || EXPRESSIONS.iter().any(|end| address.ends_with(end));
        match address {
            _ if expression => self.refuse("extension", Reason::Expression(address.into())),
            // Of a question, the one form that is kept is linked later.
            url::CONSTRAINT if self.path.is_empty() || constraint::read(one).is_none() => {
                self.refuse("extension", Reason::Expression(address.into()));
            }
            url::SIGNATURE => self.refuse("extension", Reason::Signature),
            url::SUB_QUESTIONNAIRE => self.refuse("extension", Reason::SubQuestionnaire),
            _ => self.look_into(one),
        }
    }
}
