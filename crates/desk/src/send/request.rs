//! What is to be sent.

use super::expiry::Expiry;
use crate::{consent::Ask, desk::Desk, texts::template::Template};
use postern_fhir::Task;
use postern_protocol::{
    category::Category, digest::sha256, factor::Policy, record::RecordKind, time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The message behind the link.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A FHIR R4 Bundle (`collection`).
    Bundle(Value),
    /// A heading and a text in the small Markdown.
    Text {
        /// Heading.
        subject: String,
        /// Text.
        text: String,
    },
    /// A FHIR R4 Appointment, after what the template's own words say, if they say anything.
    Appointment(Value),
    /// Only what the template's own words say.
    Template,
    /// A question for a consent.
    Consent(Ask),
}

/// A message about another patient on the same link.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Also {
    /// The patient's id.
    pub to: String,
    /// What is said about them.
    pub content: Content,
}

impl std::fmt::Debug for Also {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Also(…)")
    }
}

/// One message to one patient.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SendRequest {
    /// The patient's id.
    pub to: String,
    /// What they read behind the link.
    pub content: Content,
    /// The text message; without it the one that fits the content.
    pub template: Option<Template>,
    /// How long the link lives.
    pub expires: Expiry,
    /// What may be answered; without it what fits the content.
    pub offers: Option<Vec<RecordKind>>,
    /// The same key again is the same message, also long after it was sent.
    pub idempotency_key: Option<String>,
    /// No reply is offered, whatever the clinic usually does.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub no_reply: bool,
    /// What it is about, as the rules on sending tell it apart; without it what fits content and template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// What is to be done on a page elsewhere, after the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Task>,
    /// What the patient proves with.
    #[serde(default = "birth_date", skip_serializing_if = "is_birth_date")]
    pub policy: Policy,
    /// When the patient checked in, for a room that is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_in: Option<Timestamp>,
    /// The id of the helper whom it goes to instead: their number, their birth date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<String>,
    /// Messages about others behind the same link, where the same birth date opens it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
}

fn birth_date() -> Policy {
    Policy::BirthDate
}

fn is_birth_date(policy: &Policy) -> bool {
    *policy == Policy::BirthDate
}

// Neither shows what it holds where somebody prints it into a log.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(…)")
    }
}

impl std::fmt::Debug for SendRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SendRequest(…)")
    }
}

impl SendRequest {
    /// With everything else as usual.
    pub fn new(to: impl Into<String>, content: Content) -> Self {
        Self {
            to: to.into(),
            content,
            template: None,
            expires: Expiry::default(),
            offers: None,
            idempotency_key: None,
            no_reply: false,
            category: None,
            action: None,
            policy: birth_date(),
            checked_in: None,
            helper: None,
            also: Vec::new(),
        }
    }
}

impl Desk {
    /// By which the same request is known again after a crash.
    pub(crate) fn request_key(&self, request: &SendRequest) -> String {
        let json = serde_json::to_vec(request).expect("a request is plain JSON");
        self.vault.index("send", &sha256(&json).to_text())
    }
}
