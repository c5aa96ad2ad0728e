//! What a person wishes about their texts: one wish a record.

use super::{LANGUAGE, PAUSED, needed, parameter, parameters, text, texts};
use crate::json::{self, Object, ReadError, through_value};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// In place of a category: every text.
pub const EVERYTHING: &str = "everything";

const WANTED: &str = "wanted";
const UNWANTED: &str = "unwanted";
const ASK: &str = "ask-me";
const NO_PAUSE: &str = "no-pause";
const SPEAKS: &str = "other-language";
const NUMBER: &str = "new-number";
const EMAIL: &str = "new-email";

/// One wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Which texts shall come. Every category that could be chosen stands in one of the first two lists.
    Texts {
        /// These.
        wanted: Vec<String>,
        /// Not these.
        unwanted: Vec<String>,
        /// These, which take a consent: ask for it.
        ask: Vec<String>,
    },
    /// No texts at all.
    Nothing,
    /// No texts until this FHIR `instant`; `None` ends a pause.
    Pause(Option<String>),
    /// Texts in this language of the clinic's, BCP 47.
    Language(String),
    /// Another language than the clinic has, in the person's words.
    OtherLanguage(String),
    /// A new number, a new e-mail address, as typed; at least one.
    Contact {
        /// The number.
        number: Option<String>,
        /// The address.
        email: Option<String>,
    },
}

through_value!(Wish);

impl Wish {
    /// From JSON.
    ///
    /// # Errors
    /// Another resource, a parameter of another type, or none that is a wish.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "Parameters")?;
        let first = parameters(value)?.first().and_then(|one| one.get("name")).and_then(Value::as_str);
        let codes = |name| texts(value, name, "valueCode");
        Ok(match first.unwrap_or_default() {
            WANTED | UNWANTED | ASK => {
                let unwanted = codes(UNWANTED)?;
                if unwanted.iter().any(|one| one == EVERYTHING) {
                    Self::Nothing
                } else {
                    Self::Texts { wanted: codes(WANTED)?, unwanted, ask: codes(ASK)? }
                }
            }
            PAUSED => Self::Pause(text(value, PAUSED, "valueInstant")?),
            NO_PAUSE => Self::Pause(None),
            LANGUAGE => Self::Language(needed(value, LANGUAGE, "valueCode")?),
            SPEAKS => Self::OtherLanguage(needed(value, SPEAKS, "valueString")?),
            NUMBER | EMAIL => Self::Contact {
                number: text(value, NUMBER, "valueString")?,
                email: text(value, EMAIL, "valueString")?,
            },
            _ => return Err(ReadError::Missing("Parameters.parameter")),
        })
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let code = |name: &'static str| move |one: &String| parameter(name, "valueCode", one);
        let mut all = Vec::new();
        match self {
            Self::Texts { wanted, unwanted, ask } => {
                all.extend(wanted.iter().map(code(WANTED)));
                all.extend(unwanted.iter().map(code(UNWANTED)));
                all.extend(ask.iter().map(code(ASK)));
            }
            Self::Nothing => all.push(parameter(UNWANTED, "valueCode", EVERYTHING)),
            Self::Pause(Some(until)) => all.push(parameter(PAUSED, "valueInstant", until)),
            Self::Pause(None) => {
                all.push(Object::new().put("name", NO_PAUSE).put("valueBoolean", true).build())
            }
            Self::Language(language) => all.push(parameter(LANGUAGE, "valueCode", language)),
            Self::OtherLanguage(words) => all.push(parameter(SPEAKS, "valueString", words)),
            Self::Contact { number, email } => {
                all.extend(number.as_deref().map(|one| parameter(NUMBER, "valueString", one)));
                all.extend(email.as_deref().map(|one| parameter(EMAIL, "valueString", one)));
            }
        }
        Object::resource("Parameters").list("parameter", all).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use postern_json::json;

    #[test]
    fn every_wish_reads_back() {
        let list = |all: &[&str]| all.iter().map(|one| String::from(*one)).collect::<Vec<_>>();
        for wish in [
            Wish::Texts {
                wanted: list(&["appointments", "messages"]),
                unwanted: list(&["forms"]),
                ask: list(&["surveys"]),
            },
            Wish::Texts { wanted: list(&["appointments"]), unwanted: vec![], ask: vec![] },
            Wish::Texts { wanted: vec![], unwanted: list(&["appointments"]), ask: vec![] },
            Wish::Nothing,
            Wish::Pause(Some("2026-12-01T00:00:00Z".into())),
            Wish::Pause(None),
            Wish::Language("es".into()),
            Wish::OtherLanguage("Kreyòl".into()),
            Wish::Contact { number: Some("202 555 0199".into()), email: None },
            Wish::Contact { number: None, email: Some("a@example.com".into()) },
            Wish::Contact { number: Some("202 555 0199".into()), email: Some("a@example.com".into()) },
        ] {
            assert_eq!(Wish::read(&wish.write()), Ok(wish));
        }
    }

    #[test]
    fn what_is_no_wish_is_refused() {
        let read = |value| Wish::read(&value);
        assert_eq!(read(json!({"resourceType": "Consent"})), Err(ReadError::NotA("Parameters")));
        for none in
            [json!({"resourceType": "Parameters"}), json!({"resourceType": "Parameters", "parameter": [{}]})]
        {
            assert_eq!(read(none), Err(ReadError::Missing("Parameters.parameter")));
        }
        let number =
            json!({"resourceType": "Parameters", "parameter": [{"name": "wanted", "valueBoolean": true}]});
        assert_eq!(read(number), Err(ReadError::Wrong("Parameters.parameter")));
    }
}
