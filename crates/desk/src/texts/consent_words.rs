//! The words with which a consent is asked for, in one language.

use postern_fhir::consent::ConsentKind;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[consent]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each is named as what it says; words/en.toml has them all")]
pub struct ConsentWords {
    pub frequency: String,
    pub rates: String,
    pub help_and_stop: String,
    pub not_a_condition: String,
    pub risks: String,
    pub electronic_signature: String,
    pub text_heading: String,
    pub question: String,
    pub texting: String,
    pub terms: String,
    pub privacy: String,
    pub signature: String,
    pub signature_hint: String,
    pub agree: String,
    pub decline: String,
    pub not_now: String,
    pub stop: String,
    pub take_back_heading: String,
    pub take_back_lead: String,
    pub take_back: String,
    pub keep: String,
    pub care_texts: AskingWords,
    pub marketing: AskingWords,
    pub authorization: AskingWords,
    /// By category.
    pub boxes: BTreeMap<String, String>,
}

/// The words of one kind of consent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskingWords {
    /// What the text is called.
    pub title: String,
    /// The page's heading.
    pub heading: String,
    /// Why it is asked.
    pub why: String,
    /// The text's first sentence.
    pub opening: String,
}

impl ConsentWords {
    /// The words of one kind.
    pub fn asking(&self, kind: ConsentKind) -> &AskingWords {
        match kind {
            ConsentKind::CareTexts => &self.care_texts,
            ConsentKind::Marketing => &self.marketing,
            ConsentKind::Authorization => &self.authorization,
        }
    }
}
