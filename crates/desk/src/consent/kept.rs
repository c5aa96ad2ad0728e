//! What the desk keeps of a consent.

use super::proof::Proof;
use crate::inbox::Who;
use postern_fhir::{Consent, consent::Policy};
use postern_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A consent as it is kept; sealed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum KeptConsent {
    /// Answered on the page: it proves itself.
    Page(Box<Proof>),
    /// On paper or at the counter.
    Paper(Paper),
}

/// A consent that staff wrote down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// The FHIR Consent that says it.
    pub resource: Value,
    /// Who saw it.
    pub witness: String,
    /// SHA-256 of the scan's file, base64url; the clinic keeps the file.
    pub scan_sha256: String,
    /// SHA-256 of text, resource and witness together, which also stands in the ledger.
    pub sha256: String,
}

/// One of the clinic's texts as a consent names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedText {
    /// `texting`, `terms` or `privacy`.
    pub kind: &'static str,
    /// Its version.
    pub version: String,
    /// Its language.
    pub language: String,
    /// SHA-256 of the text, base64url.
    pub sha256: String,
    /// Where it stood.
    pub address: String,
}

impl NamedText {
    /// Those of a consent.
    pub fn of(consent: &Consent) -> Vec<Self> {
        let named = |policy: &Policy| Self {
            kind: policy.kind.code(),
            version: policy.version.clone(),
            language: policy.language.clone(),
            sha256: policy.sha256.clone(),
            address: policy.uri.clone(),
        };
        consent.policies.iter().map(named).collect()
    }
}

impl std::fmt::Display for NamedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, version, language, sha256, address } = self;
        write!(f, "{kind}, version {version}, {language}, SHA-256 {sha256}, {address}")
    }
}

/// A consent, opened, with what became of its check.
#[derive(Clone, Serialize)]
pub struct ConsentLine {
    /// Its id: the record's, or the paper's.
    pub id: String,
    /// Whose.
    pub patient: Option<Who>,
    /// What about.
    pub kind: String,
    /// `active`, `rejected`, `inactive`.
    pub status: String,
    /// When it was received, by the portal's clock; of paper, when it was given.
    pub given_at: Timestamp,
    /// When it was booked.
    pub booked_at: Timestamp,
    /// What it permits.
    pub permits: Vec<String>,
    /// The number it is for.
    pub number: Option<String>,
    /// The typed name.
    pub signature: Option<String>,
    /// The clinic's texts that it names.
    pub policies: Vec<NamedText>,
    /// What does not hold of its proof; absent if all of it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<&'static str>,
    /// The proof itself.
    pub kept: KeptConsent,
}

impl std::fmt::Debug for KeptConsent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeptConsent(…)")
    }
}

impl std::fmt::Debug for ConsentLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConsentLine(…)")
    }
}
