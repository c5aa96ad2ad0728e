//! Identifiers.

use crate::base64url::FixedBytes;
use alloc::string::String;
use rand_core::{CryptoRng, RngCore};
use serde::{Deserialize, Deserializer, Serialize};

/// Names a link (`lid`): 16 bytes derived from the link secret.
pub type LinkId = FixedBytes<16>;
/// Names a message (`mid`): 16 random bytes, fresh for each sealing.
pub type MessageId = FixedBytes<16>;
/// Names one login attempt: 16 random bytes made by the portal.
pub type LoginId = FixedBytes<16>;
/// Names one response of a patient (`rid`): a UUIDv7 made by the app.
pub type RecordId = uuid::Uuid;

/// Sixteen random bytes.
pub fn random_id(rng: &mut (impl CryptoRng + RngCore)) -> FixedBytes<16> {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    FixedBytes(bytes)
}

/// A UUIDv7 (RFC 9562 section 5.7) for a moment.
pub fn record_id(at: crate::time::Timestamp, rng: &mut (impl CryptoRng + RngCore)) -> RecordId {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    uuid::Builder::from_unix_timestamp_millis(at.0.max(0).unsigned_abs(), &random).into_uuid()
}

/// Names a clinic at the portal: 1 to 32 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ClinicId(String);

/// The text is no clinic id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clinic id is 1 to 32 of a-z, 0-9 and -")]
pub struct NotAClinicId;

impl ClinicId {
    /// Checks the text.
    ///
    /// # Errors
    /// Another length or another letter.
    pub fn new(text: impl Into<String>) -> Result<Self, NotAClinicId> {
        let text = text.into();
        let fits = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text)) } else { Err(NotAClinicId) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Display for ClinicId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ClinicId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
