//! A consent that proves itself: text, page, sealed record with its key, receipt, and the two public keys. Whoever has it, and
//! trusts those keys, needs neither this desk nor the app of that day.

use postern_fhir::Consent;
use postern_protocol::{
    base64url::FixedBytes,
    derive::Secret32,
    digest::sha256,
    envelope::record::{self, Opened},
    id::LinkId,
    keys::PublicKey,
    page::Page,
    receipt::{self, Receipt},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The proof of one answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Version of this form: 1.
    pub v: u8,
    /// The exact text.
    pub text: String,
    /// Its SHA-256, base64url.
    pub text_sha256: String,
    /// The page as it was drawn, RFC 8785 JSON.
    pub page: String,
    /// Its SHA-256, base64url.
    pub page_sha256: String,
    /// The link it was answered on.
    pub lid: LinkId,
    /// The sealed record as it came.
    pub record: String,
    /// The sealed record's own key.
    pub cek: FixedBytes<32>,
    /// The portal's receipt.
    pub receipt: String,
    /// The patient's public signing key of that link.
    pub signer: PublicKey,
}

/// What does not hold of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Another form.
    #[error("it is not a proof of this form")]
    Form,
    /// Seal or signature of the record.
    #[error("the record was changed: its seal or the patient's signature does not hold")]
    Record,
    /// The receipt.
    #[error("the portal's receipt does not hold for this record")]
    Receipt,
    /// The text.
    #[error("the text is not the one that was agreed to")]
    Text,
    /// The page.
    #[error("the page is not the one that was drawn")]
    Page,
}

impl Broken {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Record => "record",
            Self::Receipt => "receipt",
            Self::Text => "text",
            Self::Page => "page",
        }
    }
}

/// A proof of which everything holds.
pub struct Held {
    /// The page.
    pub page: Page,
    /// The answer.
    pub given: Consent,
    /// The record.
    pub opened: Opened<Value>,
    /// The receipt.
    pub receipt: Receipt,
}

impl Proof {
    /// Checks everything. `portal_keys` are the portal's public keys, as they stay published.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self, portal_keys: &[PublicKey]) -> Result<Held, Broken> {
        if self.v != 1 {
            return Err(Broken::Form);
        }
        let key = Secret32::from_bytes(self.cek.0);
        let signer = |lid: &LinkId| (*lid == self.lid).then_some(self.signer);
        let opened = record::open_with::<Value>(&self.record, &key, signer).map_err(|_| Broken::Record)?;
        let receipt = receipt::verify(&self.receipt, portal_keys).map_err(|_| Broken::Receipt)?;
        let names_it = receipt.sha256 == sha256(self.record.as_bytes())
            && receipt.rid == opened.record.rid
            && receipt.lid == self.lid;
        if !names_it {
            return Err(Broken::Receipt);
        }
        let given = Consent::read(&(&opened.record.resource).into()).map_err(|_| Broken::Record)?;
        let text_sha256 = sha256(self.text.as_bytes()).to_text();
        if self.text != given.text || text_sha256 != self.text_sha256 || text_sha256 != given.text_sha256 {
            return Err(Broken::Text);
        }
        let page = Page::from_canonical(&self.page).ok_or(Broken::Page)?;
        let page_sha256 = page.sha256().to_text();
        if opened.record.shown.page.as_ref() != Some(&page)
            || page_sha256 != self.page_sha256
            || Some(page_sha256) != given.page_sha256
        {
            return Err(Broken::Page);
        }
        Ok(Held { page, given, opened, receipt })
    }
}
