//! `Consent`: asked for, given, refused, taken back.
//!
//! A proposed one carries everything that is agreed to; the answer is the same resource with another status, its boxes as they
//! were left, the time and the signature. docs/CONSENT.md says how it is used.

mod element;
mod parts;
#[cfg(test)]
mod tests;

pub use element::{Element, Lack};
pub use parts::{Permission, Policy, PolicyKind, Signature};

use crate::{
    code::codes,
    datatype::{Helper, Reference, reference},
    json::{self, Object, ReadError, through_value},
};
use alloc::{string::String, vec::Vec};
use base64ct::{Base64, Encoding};
use postern_json::Value;

/// The page that asks, RFC 8785 JSON; `valueString`.
pub const PAGE_URL: &str = "urn:postern:page";
/// The page that takes it back, RFC 8785 JSON; `valueString`.
pub const TAKE_BACK_PAGE_URL: &str = "urn:postern:take-back-page";
/// SHA-256 of the page that was answered, base64url; `valueString`.
pub const PAGE_SHA256_URL: &str = "urn:postern:page-sha256";
/// SHA-256 of an attachment's data, base64url; `valueString`. FHIR's own `hash` is SHA-1.
pub const SHA256_URL: &str = "urn:postern:sha256";
/// The number that the consent is for; `valueContactPoint`.
pub const NUMBER_URL: &str = "urn:postern:consent-number";
/// The typed name, `valueSignature`.
pub const SIGNATURE_URL: &str = "urn:postern:consent-signature";
const KINDS: &str = "urn:postern:consent-kind";
const SCOPES: &str = "http://terminology.hl7.org/CodeSystem/consentscope";

codes! {
    /// `Consent.status` (`http://hl7.org/fhir/consent-state-codes`).
    ConsentStatus {
        /// Not to be shown yet.
        Draft => "draft",
        /// Asked for.
        Proposed => "proposed",
        /// Given.
        Active => "active",
        /// Refused.
        Rejected => "rejected",
        /// Taken back.
        Inactive => "inactive",
        /// It should never have been written.
        EnteredInError => "entered-in-error",
    }
}

codes! {
    /// What is agreed to.
    ConsentKind {
        /// Texts about care, a box a category.
        CareTexts => "care-texts",
        /// Marketing texts: signed, in writing.
        Marketing => "marketing",
        /// An authorization in the clinic's own words: signed.
        Authorization => "authorization",
    }
}

impl ConsentKind {
    /// Whether it holds only with a typed name under it.
    pub fn is_signed(self) -> bool {
        matches!(self, Self::Marketing | Self::Authorization)
    }

    /// Whether it is about texts to a number.
    pub fn is_about_texts(self) -> bool {
        matches!(self, Self::CareTexts | Self::Marketing)
    }
}

/// A consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Logical id.
    pub id: Option<String>,
    /// Where it stands.
    pub status: ConsentStatus,
    /// What is agreed to.
    pub kind: ConsentKind,
    /// Whose it is.
    pub patient: Option<Reference>,
    /// When it was answered, FHIR `dateTime`.
    pub date_time: Option<String>,
    /// Who answered, if not the patient.
    pub helper: Option<Helper>,
    /// The clinic's legal name, `organization.display`.
    pub organization: String,
    /// What the text is called, `sourceAttachment.title`.
    pub title: String,
    /// The exact text, UTF-8.
    pub text: String,
    /// Its language, BCP 47.
    pub language: String,
    /// Its SHA-256, base64url. This crate does not compute it.
    pub text_sha256: String,
    /// The number, E.164.
    pub number: Option<String>,
    /// Sentences of the text that have to stand in it.
    pub elements: Vec<(Element, String)>,
    /// Texting policy, terms, privacy notice.
    pub policies: Vec<Policy>,
    /// A box each, in order.
    pub permissions: Vec<Permission>,
    /// The page that asks.
    pub page: Option<String>,
    /// The page that takes it back.
    pub take_back_page: Option<String>,
    /// SHA-256 of the page that was answered.
    pub page_sha256: Option<String>,
    /// The typed name.
    pub signature: Option<Signature>,
}

through_value!(Consent);

const HELPER_ID: &str = "helper";

impl Consent {
    /// From JSON.
    ///
    /// # Errors
    /// Another resource, a required member missing, an unknown code, or a member of another type.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        json::expect_type(value, "Consent")?;
        let status = json::needed(value, "Consent.status")?;
        let category = json::list(value, "Consent.category")?;
        let kind = category.iter().find_map(|one| json::coded(one, KINDS)).and_then(ConsentKind::from_code);
        let attachment = json::get(value, "Consent.sourceAttachment")
            .ok_or(ReadError::Missing("Consent.sourceAttachment"))?;
        let performer = json::list(value, "Consent.performer")?.first().map(Reference::read).transpose()?;
        let helper = performer.and_then(|one| reference::contained(value, one.contained_id()?));
        let organization =
            json::list(value, "Consent.organization")?.first().map(Reference::read).transpose()?;
        let provision = json::get(value, "Consent.provision");
        let number = json::extension(value, NUMBER_URL, "valueContactPoint");
        let signature = json::extension(value, SIGNATURE_URL, "valueSignature");
        Ok(Self {
            id: json::text(value, "Consent.id")?,
            status: ConsentStatus::from_code(&status).ok_or(ReadError::UnknownCode("Consent.status"))?,
            kind: kind.ok_or(ReadError::UnknownCode("Consent.category"))?,
            patient: json::get(value, "Consent.patient").map(Reference::read).transpose()?,
            date_time: json::text(value, "Consent.dateTime")?,
            helper: helper.map(Helper::read).transpose()?,
            organization: organization.and_then(|one| one.display).unwrap_or_default(),
            title: json::text(attachment, "Consent.sourceAttachment.title")?.unwrap_or_default(),
            text: parts::plain_text(attachment)?,
            language: json::needed(attachment, "Consent.sourceAttachment.language")?,
            text_sha256: json::text_extension(attachment, SHA256_URL, "valueString")?.unwrap_or_default(),
            number: match number {
                Some(number) => json::text(number, "Consent.extension.value")?,
                None => None,
            },
            elements: element::read(value)?,
            policies: json::each(value, "Consent.policy", Policy::read)?,
            permissions: match provision {
                Some(root) => json::each(root, "Consent.provision.provision", Permission::read)?,
                None => Vec::new(),
            },
            page: json::text_extension(value, PAGE_URL, "valueString")?,
            take_back_page: json::text_extension(value, TAKE_BACK_PAGE_URL, "valueString")?,
            page_sha256: json::text_extension(value, PAGE_SHA256_URL, "valueString")?,
            signature: signature.map(Signature::read).transpose()?,
        })
    }

    /// To JSON.
    pub fn write(&self) -> Value {
        let mut extensions = Vec::new();
        for (url, text) in [
            (PAGE_URL, &self.page),
            (TAKE_BACK_PAGE_URL, &self.take_back_page),
            (PAGE_SHA256_URL, &self.page_sha256),
        ] {
            extensions.extend(text.as_deref().map(|text| json::make_extension(url, "valueString", text)));
        }
        if let Some(number) = &self.number {
            let point = Object::new().put("system", "sms").put("value", number.as_str()).build();
            extensions.push(json::make_extension(NUMBER_URL, "valueContactPoint", point));
        }
        extensions.extend(self.elements.iter().map(|(element, words)| element::write(*element, words)));
        if let Some(signature) = &self.signature {
            extensions.push(json::make_extension(SIGNATURE_URL, "valueSignature", signature.write()));
        }
        let performer = self.helper.as_ref().map(|helper| Reference {
            reference: Some(alloc::format!("#{HELPER_ID}")),
            kind: Some("RelatedPerson".into()),
            display: Some(helper.name.clone()),
        });
        let scope = if self.kind.is_about_texts() { "patient-privacy" } else { "treatment" };
        let permissions: Vec<Value> = self.permissions.iter().map(Permission::write).collect();
        let provision =
            (!permissions.is_empty()).then(|| Object::new().list("provision", permissions).build());
        Object::resource("Consent")
            .text("id", &self.id)
            .list("contained", self.helper.iter().map(|helper| helper.write(HELPER_ID)).collect())
            .list("extension", extensions)
            .put("status", self.status.code())
            .put("scope", json::code(SCOPES, scope))
            .list("category", alloc::vec![json::code(KINDS, self.kind.code())])
            .maybe("patient", self.patient.as_ref().map(Reference::write))
            .text("dateTime", &self.date_time)
            .list("performer", performer.iter().map(Reference::write).collect())
            .list("organization", alloc::vec![Reference::named(self.organization.as_str()).write()])
            .put("sourceAttachment", self.attachment())
            .list("policy", self.policies.iter().map(Policy::write).collect())
            .maybe("provision", provision)
            .build()
    }

    fn attachment(&self) -> Value {
        let hash = json::make_extension(SHA256_URL, "valueString", self.text_sha256.as_str());
        Object::new()
            .list("extension", alloc::vec![hash])
            .put("contentType", "text/plain; charset=utf-8")
            .put("language", self.language.as_str())
            .put("data", Base64::encode_string(self.text.as_bytes()))
            .put("title", self.title.as_str())
            .build()
    }

    /// The texting policy, the terms or the privacy notice that it names.
    pub fn policy(&self, kind: PolicyKind) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.kind == kind)
    }

    /// The answer to this proposed one: what was agreed to stays, the pages go, their place takes the hash of the one answered.
    pub fn answer(&self, status: ConsentStatus, permitted: &[String], page_sha256: String) -> Self {
        let permission = |one: &Permission| Permission {
            category: one.category.clone(),
            permit: status == ConsentStatus::Active && permitted.contains(&one.category),
        };
        Self {
            status,
            permissions: self.permissions.iter().map(permission).collect(),
            page: None,
            take_back_page: None,
            page_sha256: Some(page_sha256),
            ..self.clone()
        }
    }

    /// Whether this is an answer to `proposed`: nothing differs but what an answer adds.
    pub fn answers(&self, proposed: &Self) -> bool {
        let permitted: Vec<String> =
            self.permissions.iter().filter(|one| one.permit).map(|one| one.category.clone()).collect();
        let Some(page) = &self.page_sha256 else { return false };
        let expected = Self {
            date_time: self.date_time.clone(),
            helper: self.helper.clone(),
            signature: self.signature.clone(),
            ..proposed.answer(self.status, &permitted, page.clone())
        };
        use ConsentStatus::{Active, Inactive, Rejected};
        matches!(self.status, Active | Rejected | Inactive) && *self == expected
    }
}
