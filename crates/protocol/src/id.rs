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

/// A record id from its text (RFC 9562 section 4: 36 letters, lower case), or `None`.
pub fn record_id_of(text: &str) -> Option<RecordId> {
    let mut number = 0_u128;
    for (place, letter) in text.chars().enumerate() {
        if matches!(place, 8 | 13 | 18 | 23) {
            if letter != '-' {
                return None;
            }
        } else if letter.is_ascii_uppercase() {
            return None;
        } else {
            number = number << 4 | u128::from(letter.to_digit(16)?);
        }
    }
    if text.len() == 36 { Some(RecordId::from_u128(number)) } else { None }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use alloc::string::ToString;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    #[test]
    fn random_ids_are_what_the_generator_gives() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (one, two) = (random_id(&mut rng), random_id(&mut rng));
        assert!(one != two && one.0 != [0; 16]);
        assert_eq!(random_id(&mut ChaCha20Rng::seed_from_u64(1)), one);
    }

    #[test]
    fn a_record_id_is_a_uuid_of_version_7_that_says_when() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (one, two) =
            (record_id(Timestamp(0x0190_a2b4_c6d8), &mut rng), record_id(Timestamp(-1), &mut rng));
        assert!(one.to_string().starts_with("0190a2b4-c6d8-7"), "{one}");
        assert!(two.to_string().starts_with("00000000-0000-7"), "{two}");
        assert_ne!(one.as_bytes()[8..], two.as_bytes()[8..]);
    }

    #[test]
    fn a_clinic_id_is_1_to_32_small_letters_digits_and_hyphens() {
        let longest = "a".repeat(32);
        for text in ["a", "0", "-", "oak-street-2", &longest] {
            let id = ClinicId::new(text).unwrap();
            assert_eq!((id.as_str(), id.to_string()), (text, text.to_string()));
        }
        for text in ["", &"a".repeat(33), "Oak", "oak street", "oak_street", "öak", "oak\0"] {
            assert_eq!(ClinicId::new(text), Err(NotAClinicId), "{text:?}");
        }
        assert_eq!(serde_json::from_str::<ClinicId>(r#""oak""#).unwrap(), ClinicId::new("oak").unwrap());
        assert!(serde_json::from_str::<ClinicId>(r#""Oak""#).is_err());
    }

    #[cfg(not(target_arch = "wasm32"))] // laws by property are for the host
    proptest::proptest! {
        #[test]
        fn a_record_id_reads_back_from_its_text_and_from_no_other(number in proptest::prelude::any::<u128>(), place in 0..36_usize) {
            let id = RecordId::from_u128(number);
            let text = id.to_string();
            proptest::prop_assert_eq!(record_id_of(&text), Some(id));
            for wrong in [&text[1..], &alloc::format!("{text}0"), &alloc::format!("{}g{}", &text[..place], &text[place + 1..])] {
                proptest::prop_assert_eq!(record_id_of(wrong), None);
            }
        }
    }

    #[test]
    fn a_record_id_in_capital_letters_or_without_hyphens_is_refused() {
        assert_eq!(record_id_of("0198F0A2-1111-7222-8333-444455556666"), None);
        assert_eq!(record_id_of("0198f0a2111172228333444455556666"), None);
        assert_eq!(record_id_of("{0198f0a2-1111-7222-8333-444455556666}"), None);
    }
}
