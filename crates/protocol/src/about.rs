//! Whom a message is about, and who is written to for them: told where somebody could be mistaken.

use alloc::string::String;
use postern_json::{FromJson, Value};
use serde::{Deserialize, Serialize};

/// What a sealed message says of it; member `about`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Which of the patients of this link, from 1.
    pub place: u8,
    /// The patient's initials, `A. E.`
    pub initials: String,
    /// The day of the month on which the patient was born, where that is what tells two of the same initials apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u8>,
    /// The helper that the link was made for: their answers are by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<Named>,
}

/// A helper as the clinic knows them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Name.
    pub name: String,
    /// What they are to the patient.
    pub relationship: String,
}

impl FromJson for About {
    fn from_json(value: &Value) -> Option<Self> {
        let day = value.get("day").and_then(Value::as_u64);
        Some(Self {
            place: u8::try_from(value.get("place")?.as_u64()?).ok()?,
            initials: value.read("initials")?,
            day: day.map(u8::try_from).transpose().ok()?,
            helper: match value.get("helper") {
                None => None,
                Some(helper) => {
                    Some(Named { name: helper.read("name")?, relationship: helper.read("relationship")? })
                }
            },
        })
    }
}

/// The initials of a name as it is shown: the first letters of its first and its last word.
pub fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|one| one.is_alphanumeric());
    let mut letters = name.split_whitespace().filter_map(letter);
    let first = letters.next();
    let last = letters.next_back();
    let mut initials = String::new();
    for letter in first.into_iter().chain(last) {
        if !initials.is_empty() {
            initials.push(' ');
        }
        initials.extend(letter.to_uppercase());
        initials.push('.');
    }
    initials
}

crate::undisclosed!(About, Named);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        assert_eq!(initials("Ana Example"), "A. E.");
        assert_eq!(initials("ana maria  del example"), "A. E.");
        assert_eq!(initials("Ana"), "A.");
        assert_eq!(initials("’Ana Ó-Example"), "A. Ó.");
        assert_eq!(initials(" - "), "");
    }

    #[test]
    fn it_reads_back_as_the_page_reads_it() {
        let helper = Named { name: "E".into(), relationship: "mother".into() };
        let about = About { place: 2, initials: "A. E.".into(), day: Some(29), helper: Some(helper) };
        let plain = About { day: None, helper: None, ..about.clone() };
        for about in [about, plain] {
            let json = serde_json::to_vec(&about).unwrap();
            assert!(About::from_json(&postern_json::parse(&json).unwrap()) == Some(about));
        }
    }

    #[test]
    fn what_is_incomplete_is_none() {
        let read = |text: &str| About::from_json(&postern_json::parse(text.as_bytes()).unwrap());
        assert!(read(r#"{"place":1}"#).is_none());
        assert!(read(r#"{"place":1000,"initials":"A."}"#).is_none());
        assert!(read(r#"{"place":1,"initials":"A.","helper":{"name":"E"}}"#).is_none());
    }
}
