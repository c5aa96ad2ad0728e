//! An answer to a consent, held against what was asked.

use crate::feed::Reason;
use postern_fhir::{Bundle, Consent, consent::ConsentStatus};
use postern_protocol::{digest::sha256, page::Page};
use serde_json::Value;

/// What was received, and what was sent.
pub struct Received {
    /// The answer.
    pub given: Consent,
    /// The page it was given on.
    pub page: Page,
}

/// Text, page and everything agreed to are what was sent, and a consent that was given lacks nothing.
///
/// # Errors
/// What does not hold.
pub fn check(resource: &Value, page: Option<&Page>, sent: &Value) -> Result<Received, Reason> {
    let sent = Bundle::read(&sent.into()).map_err(|_| Reason::Resource)?;
    let proposed = sent.consents().next().ok_or(Reason::KindNotOffered)?;
    let proposed = Consent::read(proposed).map_err(|_| Reason::Resource)?;
    let given = Consent::read(&resource.into()).map_err(|_| Reason::Resource)?;
    // What this program does not read of the resource was signed all the same: it must not say more than what was asked.
    if given.write() != postern_json::Value::from(resource) {
        return Err(Reason::ConsentOther);
    }
    let shown = match given.status {
        ConsentStatus::Inactive => &proposed.take_back_page,
        _ => &proposed.page,
    };
    let page = page.ok_or(Reason::PageOther)?;
    if Some(page.canonical()) != *shown || given.page_sha256 != Some(page.sha256().to_text()) {
        return Err(Reason::PageOther);
    }
    if !given.answers(&proposed) || sha256(given.text.as_bytes()).to_text() != given.text_sha256 {
        return Err(Reason::ConsentOther);
    }
    if given.status == ConsentStatus::Active && !given.lacks().is_empty() {
        return Err(Reason::ConsentLacks);
    }
    Ok(Received { given, page: page.clone() })
}
