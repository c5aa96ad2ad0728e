//! A link record: what a holder of the link may say without the factor, authenticated by `link_mac`. Readable by the
//! portal, which cannot forge it.

use super::{EnvelopeError, json, read};
use crate::{
    derive::Secret32,
    id::{ClinicId, LinkId, RecordId},
    jose::{header::Form, signed},
    time::Timestamp,
};
use alloc::string::String;
use serde::{Deserialize, Serialize};

const FORM: Form = signed::hs256("postern-link-record+jws");

/// What was said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRecord {
    /// Version of this form: 1.
    pub v: u8,
    /// Its id; the desk acts on each once.
    pub rid: RecordId,
    /// The link.
    pub lid: LinkId,
    /// The clinic.
    pub clinic: ClinicId,
    /// What.
    pub kind: LinkRecordKind,
    /// For an opt-out: the category, or all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When, by the patient's clock.
    pub at: Timestamp,
}

/// What can be said without the factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkRecordKind {
    /// No more texts.
    OptOut,
    /// The text reached somebody else.
    WrongPerson,
    /// Send me a code.
    Code,
    /// Send me a new link.
    NewLink,
    /// My birth date is right.
    BirthDateQuestion,
    /// Call me.
    Help,
}

/// Signs it.
pub fn seal(link_mac: &Secret32, record: &LinkRecord) -> String {
    signed::seal(&FORM, record.lid.to_text(), &json(record), |bytes| signed::hs256_mac(link_mac, bytes))
}

/// Verifies it for the link `lid`.
///
/// # Errors
/// Another shape or link, or a MAC that does not hold.
pub fn open(compact: &str, link_mac: &Secret32, lid: &LinkId) -> Result<LinkRecord, EnvelopeError> {
    check(compact, lid)?;
    let record: LinkRecord = read(&signed::Signed::read(compact, &FORM)?.verify_hs256(link_mac)?)?;
    if record.v != 1 {
        return Err(EnvelopeError::Content);
    }
    if record.lid == *lid { Ok(record) } else { Err(EnvelopeError::Other) }
}

/// Whether the portal may pass it on: shape and link. What it says, by the word of whoever sent it.
///
/// # Errors
/// As [`open`], as far as it shows without a key.
pub fn check(compact: &str, lid: &LinkId) -> Result<LinkRecordKind, EnvelopeError> {
    let signed = signed::Signed::read(compact, &FORM)?;
    let record: LinkRecord = read(signed.unverified())?;
    if signed.kid == lid.to_text() && record.lid == *lid {
        Ok(record.kind)
    } else {
        Err(EnvelopeError::Other)
    }
}

crate::undisclosed!(LinkRecord);
