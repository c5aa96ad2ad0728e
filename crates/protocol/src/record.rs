//! A record: what a patient answers. `R` is a FHIR R4 resource.

use crate::{
    digest::Digest,
    id::{ClinicId, LinkId, MessageId, RecordId},
    page::Page,
    time::Timestamp,
};
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// An answer as it is signed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record<R> {
    /// Version of this form: 1.
    pub v: u8,
    /// Its id, made by the app.
    pub rid: RecordId,
    /// The message it answers.
    pub mid: MessageId,
    /// The link.
    pub lid: LinkId,
    /// The clinic.
    pub clinic: ClinicId,
    /// Which resource it carries.
    pub kind: RecordKind,
    /// Who answered.
    pub by: Answerer,
    /// What stood on the screen.
    pub shown: Shown,
    /// SHA-256 of the last receipt the app knew; absent if it knew none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Digest>,
    /// The record that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<RecordId>,
    /// When, by the patient's clock.
    pub at: Timestamp,
    /// The patient's time zone, an IANA name.
    pub zone: String,
    /// The answer.
    pub resource: R,
}

/// What a record says; each but the last is named as the FHIR resource that it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RecordKind {
    /// Answer to an appointment.
    AppointmentResponse,
    /// Answers of a survey or form.
    QuestionnaireResponse,
    /// A consent given or refused.
    Consent,
    /// A short reply.
    Communication,
    /// A page elsewhere that the message leads to was opened.
    Task,
    /// A wish about the texts, in FHIR `Parameters`.
    Preferences,
}

/// Who answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answerer {
    /// The patient.
    Patient,
    /// Somebody for the patient.
    Helper {
        /// As typed.
        name: String,
        /// As typed or chosen.
        relationship: String,
    },
}

/// What stood on the screen when the answer was given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The message.
    pub mid: MessageId,
    /// SHA-256 of its decrypted plaintext.
    pub sha256: Digest,
    /// Language of the page, a BCP 47 tag.
    pub locale: String,
    /// Build of the app.
    pub app: String,
    /// Of a consent, the page itself as it was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

crate::undisclosed!(Record<R>, Answerer, Shown);
