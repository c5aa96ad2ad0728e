//! The words of each shipped language, read once from data that is part of the program.

pub use super::consent_words::ConsentWords;
use super::template::Template;
use crate::rules::Scope;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::OnceLock};

const FILES: &[(&str, &str)] = &[("en", include_str!("../../words/en.toml"))];
const FALLBACK: &str = "en";

/// One language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What comes before a word that the patient shall reply with.
    pub reply_verbs: Vec<String>,
    /// The only phrases in which a reserved word may stand.
    pub permitted: Vec<String>,
    /// Words of each template.
    pub templates: BTreeMap<Template, TemplateWords>,
    /// What an opt-out reached, as the text that confirms it says it.
    pub scopes: BTreeMap<Scope, String>,
    /// How a reply is answered.
    pub answer: AnswerWords,
    /// How a consent is asked for.
    pub consent: ConsentWords,
}

/// `[answer]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerWords {
    heading: String,
    heading_of: String,
    /// Stands before what the patient wrote.
    pub quote: String,
}

impl AnswerWords {
    /// The heading of an answer to a reply to the message of this heading.
    pub(crate) fn subject(&self, of: Option<&str>) -> String {
        // An answer's own heading is not put into another one.
        let own = self.heading_of.split("{subject}").next().unwrap_or_default();
        match of.map(|of| of.strip_prefix(own).unwrap_or(of)) {
            None | Some("") => self.heading.clone(),
            Some(of) => self.heading_of.replace("{subject}", of),
        }
    }
}

/// Words of one template.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateWords {
    /// The text message.
    pub text: String,
    /// Heading of the message behind the link, where none is given.
    pub subject: Option<String>,
    /// Text of the message behind the link, where none is given.
    pub body: Option<String>,
}

/// The words for a patient's language, and the language they are in.
#[derive(Debug, Clone, Copy)]
pub struct Chosen {
    /// A language that is shipped.
    pub language: &'static str,
    /// Its words.
    pub words: &'static Words,
}

fn all() -> &'static BTreeMap<&'static str, Words> {
    static ALL: OnceLock<BTreeMap<&'static str, Words>> = OnceLock::new();
    ALL.get_or_init(|| {
        let read = |text| toml::from_str(text).expect("a test reads every shipped file");
        FILES.iter().map(|(language, text)| (*language, read(text))).collect()
    })
}

/// The languages that are shipped.
pub fn languages() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(language, _)| *language)
}

/// The words for a BCP 47 tag: the same tag, else its language, else English.
pub fn choose(tag: Option<&str>) -> Chosen {
    let tag = tag.unwrap_or(FALLBACK).to_ascii_lowercase();
    let primary = tag.split('-').next().unwrap_or(FALLBACK);
    let found = [tag.as_str(), primary, FALLBACK].into_iter().find_map(|name| all().get_key_value(name));
    let (language, words) = found.expect("the fallback language is shipped");
    Chosen { language, words }
}

impl Chosen {
    /// What an opt-out reached.
    pub fn scope(&self, scope: Scope) -> &'static str {
        self.words.scopes.get(&scope).expect("a test finds every scope in every language")
    }

    /// The words of one template.
    pub fn template(&self, template: Template) -> &'static TemplateWords {
        self.words.templates.get(&template).expect("a test finds every template in every language")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{lint::check_length, render::render};
    use postern_protocol::category::Category;

    #[test]
    fn every_language_has_every_template() {
        for language in languages() {
            for template in Template::ALL {
                assert!(!choose(Some(language)).template(*template).text.is_empty());
            }
        }
    }

    #[test]
    fn every_language_says_what_an_opt_out_reached_and_the_text_stays_one_part() {
        let scopes = Category::ALL.iter().map(|one| Scope::Category(*one)).chain([Scope::Everything]);
        for (language, scope) in languages().flat_map(|one| scopes.clone().map(move |scope| (one, scope))) {
            let chosen = choose(Some(language));
            let (clinic, phone) = ("The longest name it takes", "+1 (202) 555-0100");
            let values =
                BTreeMap::from([("clinic", clinic), ("phone", phone), ("scope", chosen.scope(scope))]);
            let text = render(&chosen.template(Template::OptOutDone).text, &values).unwrap();
            assert_eq!(check_length(&text).unwrap().segments, 1, "{text}");
        }
    }

    #[test]
    fn a_region_falls_back_to_its_language_and_an_unknown_language_to_english() {
        assert_eq!(choose(Some("en-US")).language, "en");
        assert_eq!(choose(Some("xx")).language, "en");
        assert_eq!(choose(None).language, "en");
    }
}
