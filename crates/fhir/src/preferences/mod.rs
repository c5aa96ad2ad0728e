//! `Parameters` about the texts that a person gets: how it stands, from the clinic, and what the person wishes, from them.
//! R4 has no resource of its own for it; `Parameters` are named values and nothing else.

mod wish;

pub use wish::{EVERYTHING, Wish};

use crate::{
    code::codes,
    json::{self, Object, ReadError, through_value},
};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

const AT: &str = "at";
const NUMBER: &str = "number";
const LANGUAGE: &str = "language";
const OTHER_LANGUAGE: &str = "may-be";
const PAUSED: &str = "paused-until";
const RECEIPT: &str = "receipt";

codes! {
    /// Why a person gets texts of a category, or why not.
    Standing {
        /// They come: the number was given to the clinic for care.
        Given => "given",
        /// They come: the person agreed.
        Agreed => "agreed",
        /// They do not come: whoever holds the number wants none.
        OptedOut => "opted-out",
        /// They do not come: the person refused, or took their consent back.
        Declined => "declined",
        /// They do not come: the person never agreed, and they need a consent.
        NotAgreed => "not-agreed",
    }
}

impl Standing {
    /// Whether texts of the category come.
    pub fn comes(self) -> bool {
        matches!(self, Self::Given | Self::Agreed)
    }

    /// Whether a wish is enough to have them, or have them again. Where it is not, it takes a consent.
    pub fn is_a_wish_away(self) -> bool {
        !matches!(self, Self::Declined | Self::NotAgreed)
    }
}

/// One category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// Which, by its stable text.
    pub category: String,
    /// Why they come or not.
    pub standing: Standing,
    /// Since when, a FHIR `instant`.
    pub since: Option<String>,
    /// The receipt code of the consent that it rests on, where that was answered on the page.
    pub receipt: Option<String>,
}

/// How it stands, as the clinic knew it when it sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// When, a FHIR `instant`.
    pub at: String,
    /// The number that texts go to, as people write it.
    pub number: String,
    /// The language of the texts, BCP 47.
    pub language: String,
    /// The other languages that the clinic has.
    pub other_languages: Vec<String>,
    /// No texts until then, a FHIR `instant`.
    pub paused_until: Option<String>,
    /// Every category that a person can choose about, in order.
    pub texts: Vec<Texts>,
}

through_value!(Preferences);

/// `{name, <value>: …}`.
fn parameter(name: &str, kind: &str, value: &str) -> Value {
    Object::new().put("name", name).put(kind, value).build()
}

/// The texts of all parameters of this name and type, in order.
fn texts(of: &Value, name: &str, kind: &str) -> Result<Vec<String>, ReadError> {
    // What has parts is a category, whatever it is called.
    let named =
        |one: &&Value| one.get("name").and_then(Value::as_str) == Some(name) && one.get("part").is_none();
    let found = parameters(of)?.iter().filter(named);
    let text = |one: &Value| {
        one.get(kind)
            .and_then(Value::as_str)
            .map(String::from)
            .ok_or(ReadError::Wrong("Parameters.parameter"))
    };
    found.map(text).collect()
}

fn parameters(of: &Value) -> Result<&[Value], ReadError> {
    json::list(of, "Parameters.parameter")
}

fn text(of: &Value, name: &str, kind: &str) -> Result<Option<String>, ReadError> {
    Ok(texts(of, name, kind)?.into_iter().next())
}

fn needed(of: &Value, name: &str, kind: &str) -> Result<String, ReadError> {
    text(of, name, kind)?.ok_or(ReadError::Missing("Parameters.parameter"))
}

impl Preferences {
    /// From JSON.
    ///
    /// # Errors
    /// Another resource, a parameter missing or of another type, an unknown code.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "Parameters")?;
        let of_texts = |one: &&Value| one.get("part").is_some();
        Ok(Self {
            at: needed(value, AT, "valueInstant")?,
            number: needed(value, NUMBER, "valueString")?,
            language: needed(value, LANGUAGE, "valueCode")?,
            other_languages: texts(value, OTHER_LANGUAGE, "valueCode")?,
            paused_until: text(value, PAUSED, "valueInstant")?,
            texts: parameters(value)?.iter().filter(of_texts).map(Texts::read).collect::<Result<_, _>>()?,
        })
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let mut all = alloc::vec![
            parameter(AT, "valueInstant", &self.at),
            parameter(NUMBER, "valueString", &self.number),
            parameter(LANGUAGE, "valueCode", &self.language),
        ];
        all.extend(self.other_languages.iter().map(|one| parameter(OTHER_LANGUAGE, "valueCode", one)));
        all.extend(self.paused_until.as_deref().map(|until| parameter(PAUSED, "valueInstant", until)));
        all.extend(self.texts.iter().map(Texts::write));
        Object::resource("Parameters").list("parameter", all).build()
    }

    /// What is known of a category.
    pub fn of(&self, category: &str) -> Option<&Texts> {
        self.texts.iter().find(|one| one.category == category)
    }
}

/// The category is the parameter's name, the standing its first part's: as short as `Parameters` can say it, since it travels
/// with every message.
impl Texts {
    fn read(value: &Value) -> Result<Self, ReadError> {
        const PART: &str = "Parameters.parameter.part";
        let name = |one: &Value| one.get("name").and_then(Value::as_str).map(String::from);
        let parts = json::list(value, PART)?;
        let standing = parts.first().and_then(name).ok_or(ReadError::Wrong(PART))?;
        let receipt = parts.iter().find(|one| name(one).as_deref() == Some(RECEIPT));
        let receipt = receipt.map(|one| json::needed(one, "Parameters.parameter.part.valueString"));
        Ok(Self {
            category: name(value).ok_or(ReadError::Wrong("Parameters.parameter.name"))?,
            standing: Standing::from_code(&standing).ok_or(ReadError::UnknownCode(PART))?,
            since: json::text(&parts[0], "Parameters.parameter.part.valueInstant")?,
            receipt: receipt.transpose()?,
        })
    }

    fn write(&self) -> Value {
        let standing = Object::new().put("name", self.standing.code());
        let standing = match &self.since {
            Some(since) => standing.put("valueInstant", since.as_str()),
            None => standing.put("valueBoolean", true),
        };
        let mut parts = alloc::vec![standing.build()];
        parts.extend(self.receipt.as_deref().map(|code| parameter(RECEIPT, "valueString", code)));
        Object::new().put("name", self.category.as_str()).put("part", parts).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    fn standing() -> Preferences {
        let texts = |category: &str, standing, since: Option<&str>, receipt: Option<&str>| Texts {
            category: category.into(),
            standing,
            since: since.map(String::from),
            receipt: receipt.map(String::from),
        };
        Preferences {
            at: "2026-11-22T10:00:00Z".into(),
            number: "(202) 555-0143".into(),
            language: "en".into(),
            other_languages: alloc::vec!["es".into()],
            paused_until: Some("2026-12-01T00:00:00Z".into()),
            texts: alloc::vec![
                texts("appointments", Standing::Given, Some("2026-01-02T00:00:00Z"), None),
                texts("surveys", Standing::Agreed, Some("2026-03-04T00:00:00Z"), Some("7F3K-9QXM")),
                texts("marketing", Standing::NotAgreed, None, None),
            ],
        }
    }

    #[test]
    fn how_it_stands_reads_back() {
        let standing = standing();
        assert_eq!(Preferences::read(&standing.write()), Ok(standing.clone()));
        let bare = Preferences { other_languages: Vec::new(), paused_until: None, ..standing };
        assert_eq!(Preferences::read(&bare.write()), Ok(bare.clone()));
        assert_eq!(bare.of("surveys").unwrap().receipt.as_deref(), Some("7F3K-9QXM"));
    }

    #[test]
    fn a_sheet_is_short_since_it_travels_with_every_message() {
        let texts = |one: &Texts| Texts { since: Some("2026-01-02T00:00:00.000Z".into()), ..one.clone() };
        let mut whole = standing();
        whole.texts = (0..7).map(|_| texts(&whole.texts[1])).collect();
        let length = serde_json::to_string(&whole).unwrap().len();
        assert!(length < 1280, "{length} bytes: a usual message has to stay under 4 KiB");
    }

    #[test]
    fn every_standing_reads_back_and_only_a_missing_consent_takes_more_than_a_wish() {
        for standing in Standing::ALL {
            assert_eq!(Standing::from_code(standing.code()), Some(*standing));
            let needs_consent = [Standing::Declined, Standing::NotAgreed].contains(standing);
            assert_eq!(standing.is_a_wish_away(), !needs_consent);
            assert!(!standing.comes() || standing.is_a_wish_away());
        }
    }

    #[test]
    fn another_resource_an_unknown_code_or_a_missing_part_is_refused() {
        assert_eq!(Preferences::read(&json!({"resourceType": "Basic"})), Err(ReadError::NotA("Parameters")));
        let empty = json!({"resourceType": "Parameters"});
        assert_eq!(Preferences::read(&empty), Err(ReadError::Missing("Parameters.parameter")));
        let mut other = standing().write();
        other["parameter"][5]["part"][0]["name"] = json!("perhaps");
        assert_eq!(Preferences::read(&other), Err(ReadError::UnknownCode("Parameters.parameter.part")));
        other["parameter"][5]["part"] = json!([]);
        assert_eq!(Preferences::read(&other), Err(ReadError::Wrong("Parameters.parameter.part")));
    }
}
