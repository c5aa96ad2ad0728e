//! What a consent is made of.

use super::{Consent, codes};
use crate::json::{self, Object, ReadError};
use alloc::{string::String, vec::Vec};
use base64ct::{Base64, Encoding};
use postern_json::Value;

const CATEGORIES: &str = "urn:postern:category";
const VERSION_URL: &str = "urn:postern:policy-version";
const KIND_URL: &str = "urn:postern:policy-kind";
const LANGUAGE_URL: &str = "urn:postern:policy-language";
const SIGNATURE_TYPES: &str = "urn:iso-astm:E1762-95:2013";
/// Consent Signature, of ASTM E1762-95.
const CONSENT_SIGNATURE: &str = "1.2.840.10065.1.12.1.7";
/// A consent's text is at most so many bytes.
const LONGEST_TEXT: usize = 64 * 1024;

/// The text of a plain text attachment.
pub(super) fn plain_text(attachment: &Value) -> Result<String, ReadError> {
    const DATA: &str = "Consent.sourceAttachment.data";
    let kind = json::needed(attachment, "Consent.sourceAttachment.contentType")?;
    if kind.split(';').next() != Some("text/plain") {
        return Err(ReadError::Wrong("Consent.sourceAttachment.contentType"));
    }
    let data = json::needed(attachment, DATA)?;
    let bytes = Base64::decode_vec(&data).map_err(|_| ReadError::Wrong(DATA))?;
    let text = String::from_utf8(bytes).map_err(|_| ReadError::Wrong(DATA))?;
    if text.len() > LONGEST_TEXT { Err(ReadError::Wrong(DATA)) } else { Ok(text) }
}

codes! {
    /// What a linked page is.
    PolicyKind {
        /// How the clinic texts.
        Texting => "texting",
        /// The terms of the texts.
        Terms => "terms",
        /// The privacy notice.
        Privacy => "privacy",
    }
}

/// A linked page in the version that was agreed to, `Consent.policy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What it is.
    pub kind: PolicyKind,
    /// Where it is.
    pub uri: String,
    /// Which version.
    pub version: String,
    /// In which language, BCP 47.
    pub language: String,
    /// SHA-256 of the text there, base64url. This crate does not compute it.
    pub sha256: String,
}

impl Policy {
    pub(super) fn read(value: &Value) -> Result<Self, ReadError> {
        let kind = json::text_extension(value, KIND_URL, "valueCode")?.ok_or(ReadError::Missing(KIND_URL))?;
        Ok(Self {
            kind: PolicyKind::from_code(&kind).ok_or(ReadError::UnknownCode(KIND_URL))?,
            uri: json::needed(value, "Consent.policy.uri")?,
            version: json::text_extension(value, VERSION_URL, "valueString")?
                .ok_or(ReadError::Missing(VERSION_URL))?,
            language: json::text_extension(value, LANGUAGE_URL, "valueCode")?.unwrap_or_default(),
            sha256: json::text_extension(value, super::SHA256_URL, "valueString")?.unwrap_or_default(),
        })
    }

    pub(super) fn write(&self) -> Value {
        let extensions = alloc::vec![
            json::make_extension(KIND_URL, "valueCode", self.kind.code()),
            json::make_extension(VERSION_URL, "valueString", self.version.as_str()),
            json::make_extension(LANGUAGE_URL, "valueCode", self.language.as_str()),
            json::make_extension(super::SHA256_URL, "valueString", self.sha256.as_str()),
        ];
        Object::new().list("extension", extensions).put("uri", self.uri.as_str()).build()
    }
}

/// A box: a nested provision. In a proposed consent it is what would be permitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// A category of texts.
    pub category: String,
    /// `permit` or `deny`.
    pub permit: bool,
}

impl Permission {
    pub(super) fn read(value: &Value) -> Result<Self, ReadError> {
        const CODE: &str = "Consent.provision.provision.code";
        const TYPE: &str = "Consent.provision.provision.type";
        let code = json::list(value, CODE)?.first().and_then(|one| json::coded(one, CATEGORIES));
        Ok(Self {
            category: code.ok_or(ReadError::Missing(CODE))?.into(),
            permit: match json::needed(value, TYPE)?.as_str() {
                "permit" => true,
                "deny" => false,
                _ => return Err(ReadError::UnknownCode(TYPE)),
            },
        })
    }

    pub(super) fn write(&self) -> Value {
        Object::new()
            .put("type", if self.permit { "permit" } else { "deny" })
            .list("code", alloc::vec![json::code(CATEGORIES, &self.category)])
            .build()
    }
}

/// A typed name, FHIR `Signature`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// As typed.
    pub name: String,
    /// When, FHIR `instant`.
    pub when: String,
}

impl Signature {
    pub(super) fn read(value: &Value) -> Result<Self, ReadError> {
        let who = json::get(value, "Signature.who").ok_or(ReadError::Missing("Signature.who"))?;
        Ok(Self {
            name: json::needed(who, "Signature.who.display")?,
            when: json::needed(value, "Signature.when")?,
        })
    }

    pub(super) fn write(&self) -> Value {
        let kind = Object::new().put("system", SIGNATURE_TYPES).put("code", CONSENT_SIGNATURE).build();
        Object::new()
            .list("type", alloc::vec![kind])
            .put("when", self.when.as_str())
            .put("who", Object::new().put("display", self.name.as_str()).build())
            .build()
    }
}

impl Consent {
    /// Its categories, in the order of the boxes.
    pub fn categories(&self) -> Vec<&str> {
        self.permissions.iter().map(|one| one.category.as_str()).collect()
    }

    /// The categories that it permits.
    pub fn permitted(&self) -> impl Iterator<Item = &str> {
        self.permissions.iter().filter(|one| one.permit).map(|one| one.category.as_str())
    }
}
