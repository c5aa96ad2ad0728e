//! A page as it is drawn: the list of its parts, in order and language. What is drawn is drawn from this list and from nothing
//! else, so that it can be drawn again when the program that drew it is long gone. It travels, and is hashed, as RFC 8785 JSON.

#[cfg(test)]
mod tests;

use crate::digest::{Digest, sha256};
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use postern_json::{FromJson, Object, Value};

/// A drawn page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its language, BCP 47.
    pub language: String,
    /// What stands on it, from top to bottom.
    pub parts: Vec<Part>,
}

/// One part of a page. Words are plain text: what looks like markup is shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A heading: the first is the page's own.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// The text that is agreed to, whole; an empty line begins a new paragraph.
    Text(String),
    /// A link to another page, in one version.
    Link {
        /// What it is: `terms`, `privacy`.
        name: String,
        /// Where it leads.
        address: String,
        /// Which version was linked.
        version: String,
        /// Its words.
        words: String,
    },
    /// A box to tick.
    Box {
        /// What it stands for.
        category: String,
        /// Its first state.
        checked: bool,
        /// Its words.
        words: String,
    },
    /// A field to type into, empty at first.
    Field {
        /// What is typed: `signature`.
        name: String,
        /// Above it.
        words: String,
        /// Under the words.
        hint: String,
    },
    /// A button.
    Button {
        /// What a press does.
        act: Act,
        /// Its words.
        words: String,
    },
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Agrees.
    Agree,
    /// Refuses. Drawn exactly as large as the button that agrees.
    Decline,
    /// Goes on without a choice.
    NotNow,
    /// Leads to stopping all texts.
    Stop,
    /// Takes back what was agreed to.
    TakeBack,
    /// Leaves things as they are.
    Keep,
}

impl Act {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Agree, "agree"),
        (Self::Decline, "decline"),
        (Self::NotNow, "not-now"),
        (Self::Stop, "stop"),
        (Self::TakeBack, "take-back"),
        (Self::Keep, "keep"),
    ];

    /// Its stable word.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(act, _)| *act == self).map_or("", |(_, code)| code)
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, one)| *one == code).map(|(act, _)| *act)
    }
}

/// Members in the order of their names, as RFC 8785 writes them.
fn object(members: &[(&str, &str)]) -> Object {
    members.iter().map(|(name, text)| (String::from(*name), Value::from(*text))).collect()
}

impl Part {
    fn write(&self) -> Value {
        let members = match self {
            Self::Heading(words) => object(&[("kind", "heading"), ("words", words)]),
            Self::Paragraph(words) => object(&[("kind", "paragraph"), ("words", words)]),
            Self::Text(words) => object(&[("kind", "text"), ("words", words)]),
            Self::Link { name, address, version, words } => object(&[
                ("address", address),
                ("kind", "link"),
                ("name", name),
                ("version", version),
                ("words", words),
            ]),
            Self::Box { category, checked, words } => {
                let mut members = object(&[("category", category)]);
                members.insert("checked".into(), Value::Bool(*checked));
                members.extend(object(&[("kind", "box"), ("words", words)]));
                members
            }
            Self::Field { name, words, hint } => {
                object(&[("hint", hint), ("kind", "field"), ("name", name), ("words", words)])
            }
            Self::Button { act, words } => {
                object(&[("act", act.code()), ("kind", "button"), ("words", words)])
            }
        };
        Value::Object(members)
    }

    fn read(value: &Value) -> Option<Self> {
        let words: String = value.read("words")?;
        Some(match value.get("kind")?.as_str()? {
            "heading" => Self::Heading(words),
            "paragraph" => Self::Paragraph(words),
            "text" => Self::Text(words),
            "link" => Self::Link {
                name: value.read("name")?,
                address: value.read("address")?,
                version: value.read("version")?,
                words,
            },
            "box" => Self::Box { category: value.read("category")?, checked: value.read("checked")?, words },
            "field" => Self::Field { name: value.read("name")?, words, hint: value.read("hint")? },
            "button" => Self::Button { act: Act::from_code(value.get("act")?.as_str()?)?, words },
            _ => return None,
        })
    }
}

impl Page {
    /// As JSON, members in RFC 8785's order.
    pub fn write(&self) -> Value {
        let parts = self.parts.iter().map(Part::write).collect();
        let mut members = object(&[("language", &self.language)]);
        members.insert("parts".into(), parts);
        Value::Object(members)
    }

    /// RFC 8785 JSON. There is no number in it, members are in order, and texts are escaped as ECMAScript escapes them.
    pub fn canonical(&self) -> String {
        serde_json::to_string(&self.write()).expect("a page is plain JSON")
    }

    /// From RFC 8785 JSON; `None` from any other text, so that one page has one text and one hash.
    pub fn from_canonical(text: &str) -> Option<Self> {
        let page = Self::from_json(&postern_json::parse(text.as_bytes()).ok()?)?;
        (page.canonical() == text).then_some(page)
    }

    /// SHA-256 of the RFC 8785 JSON.
    pub fn sha256(&self) -> Digest {
        sha256(self.canonical().as_bytes())
    }

    /// The categories of its boxes, in order.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Box { category, .. } => Some(category.as_str()),
            _ => None,
        })
    }

    /// Whether it asks for exactly this: the whole text once, a box a category and each unticked, the typed name if there has to
    /// be one, a button to agree and one to refuse.
    pub fn asks(&self, text: &str, categories: &[&str], signed: bool) -> bool {
        let texts = self.parts.iter().filter(|part| matches!(part, Part::Text(_))).count();
        let fields = self.parts.iter().filter(|part| matches!(part, Part::Field { .. })).count();
        let has = |wanted: Act| {
            self.parts
                .iter()
                .filter(|part| matches!(part, Part::Button { act, .. } if *act == wanted))
                .count()
                == 1
        };
        texts == 1
            && self.parts.contains(&Part::Text(text.to_string()))
            && self.categories().eq(categories.iter().copied())
            && !self.parts.iter().any(|part| matches!(part, Part::Box { checked: true, .. }))
            && fields == usize::from(signed)
            && has(Act::Agree)
            && has(Act::Decline)
    }

    /// Whether it takes back exactly this: the whole text once, nothing to tick or type, a button to do it and one to leave it.
    pub fn takes_back(&self, text: &str) -> bool {
        let has = |wanted: Act| {
            self.parts.iter().any(|part| matches!(part, Part::Button { act, .. } if *act == wanted))
        };
        let nothing_to_fill =
            !self.parts.iter().any(|part| matches!(part, Part::Box { .. } | Part::Field { .. }));
        self.parts.contains(&Part::Text(text.to_string()))
            && nothing_to_fill
            && has(Act::TakeBack)
            && has(Act::Keep)
    }
}

/// Only what [`Page::write`] writes: a member more is another page.
impl FromJson for Page {
    fn from_json(value: &Value) -> Option<Self> {
        let parts = value.get("parts")?.as_array()?.iter().map(Part::read).collect::<Option<Vec<_>>>()?;
        let page = Self { language: value.read("language")?, parts };
        (page.write() == *value).then_some(page)
    }
}

impl serde::Serialize for Page {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Page {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_json(&value).ok_or_else(|| serde::de::Error::custom("not a drawn page"))
    }
}
