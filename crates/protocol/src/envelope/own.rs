//! The patient's own copy of a record: from the patient to the same patient.

use super::{EnvelopeError, padded_json};
use crate::{
    derive::{ContentKey, Secret32},
    id::RecordId,
    jose::{direct, header::Form},
};
use alloc::string::{String, ToString};
use postern_json::Value;
use rand_core::{CryptoRng, RngCore};
use serde::Serialize;

const FORM: Form = direct::form("postern-own+jwe", None);

fn key(content_key: &ContentKey, rid: &RecordId) -> Secret32 {
    content_key.derive(&[b"postern/v1 own", rid.as_bytes()])
}

/// Seals a copy under the level's content key.
pub fn seal(
    rng: &mut (impl CryptoRng + RngCore),
    content_key: &ContentKey,
    rid: &RecordId,
    copy: &impl Serialize,
) -> String {
    direct::seal(rng, &key(content_key, rid), &FORM, rid.to_string(), padded_json(copy))
}

/// Opens a copy that must be of `rid`. What stands in it is the app's own affair.
///
/// # Errors
/// Another shape, another record or key, changed bytes, or another content.
pub fn open(compact: &str, content_key: &ContentKey, rid: &RecordId) -> Result<Value, EnvelopeError> {
    let plaintext = direct::open(compact, &key(content_key, rid), &FORM, &rid.to_string())?;
    postern_json::parse(&plaintext).map_err(|_| EnvelopeError::Content)
}

/// Whether the portal may store it: outer shape and record id.
///
/// # Errors
/// As [`open`], as far as it shows without a key.
pub fn check(compact: &str, rid: &RecordId) -> Result<(), EnvelopeError> {
    direct::check_shape(compact, &FORM, &rid.to_string())
}
