//! `HumanName`.

use crate::json::{self, Object, ReadError};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// A person's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HumanName {
    /// `usual`, `official`, `nickname`, …
    pub usage: Option<String>,
    /// The whole as it should stand.
    pub text: Option<String>,
    /// Given names in order.
    pub given: Vec<String>,
    /// Family name.
    pub family: Option<String>,
}

impl HumanName {
    /// A name known only as one text.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// As a person would write it: the text, else given names and family name. Empty when nothing is known.
    pub fn display(&self) -> String {
        match &self.text {
            Some(text) => text.clone(),
            None => {
                let parts: Vec<&str> = self.given.iter().chain(&self.family).map(String::as_str).collect();
                parts.join(" ")
            }
        }
    }

    /// The name to show of several: `usual` before `official` before the first.
    pub fn preferred(names: &[Self]) -> Option<&Self> {
        let of = |usage: &str| names.iter().find(|name| name.usage.as_deref() == Some(usage));
        of("usual").or_else(|| of("official")).or_else(|| names.first())
    }

    pub(crate) fn read(value: &Value) -> Result<Self, ReadError> {
        Ok(Self {
            usage: json::text(value, "name.use")?,
            text: json::text(value, "name.text")?,
            given: json::each(value, "name.given", |one| {
                one.as_str().map(String::from).ok_or(ReadError::Wrong("name.given"))
            })?,
            family: json::text(value, "name.family")?,
        })
    }

    pub(crate) fn write(&self) -> Value {
        Object::new()
            .text("use", &self.usage)
            .text("text", &self.text)
            .list("given", self.given.iter().map(|one| one.as_str().into()).collect())
            .text("family", &self.family)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_as_its_text_or_put_together() {
        assert_eq!(HumanName::from_text("Ana B. Example").display(), "Ana B. Example");
        let parts = HumanName {
            given: alloc::vec!["Ana".into(), "B.".into()],
            family: Some("Example".into()),
            ..HumanName::default()
        };
        assert_eq!(parts.display(), "Ana B. Example");
        assert_eq!(HumanName::default().display(), "");
    }

    #[test]
    fn the_usual_name_goes_before_the_official_one() {
        let named = |usage: &str| HumanName { usage: Some(usage.into()), ..HumanName::default() };
        let names = [named("old"), named("official"), named("usual")];
        assert_eq!(HumanName::preferred(&names), Some(&names[2]));
        assert_eq!(HumanName::preferred(&names[..2]), Some(&names[1]));
        assert_eq!(HumanName::preferred(&names[..1]), Some(&names[0]));
    }
}
