//! Base64url without padding (RFC 4648 section 5), the only text form of bytes on the wire.
//! Decoding is constant-time and refuses what is not canonical: padding, other alphabets, stray trailing bits.

use alloc::{string::String, vec::Vec};
use base64ct::{Base64UrlUnpadded, Encoding};
use postern_json::{FromJson, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text was not canonical base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not canonical base64url")]
pub struct NotBase64Url;

/// Bytes to base64url.
pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Base64url to bytes.
///
/// # Errors
/// Anything but the one canonical text of some bytes.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| NotBase64Url)
}

/// Base64url to exactly `N` bytes.
///
/// # Errors
/// As [`decode`], or another length.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], NotBase64Url> {
    decode(text)?.try_into().map_err(|_| NotBase64Url)
}

/// Bytes that travel as base64url inside JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

/// Messages of the factor: none of them is for a log.
impl core::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl FromJson for Bytes {
    fn from_json(value: &Value) -> Option<Self> {
        decode(value.as_str()?).ok().map(Self)
    }
}

/// Exactly `N` bytes that travel as base64url inside JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FixedBytes<const N: usize>(pub [u8; N]);

impl<const N: usize> FromJson for FixedBytes<N> {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }
}

impl<const N: usize> FixedBytes<N> {
    /// The base64url text.
    pub fn to_text(&self) -> String {
        encode(&self.0)
    }
}

/// An id, a digest, a claim, a token: none of them is for a log.
impl<const N: usize> core::fmt::Debug for FixedBytes<N> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "[{N} bytes]")
    }
}

impl<const N: usize> core::str::FromStr for FixedBytes<N> {
    type Err = NotBase64Url;
    fn from_str(text: &str) -> Result<Self, NotBase64Url> {
        decode_array(text).map(Self)
    }
}

impl<const N: usize> Serialize for FixedBytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for FixedBytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode_array(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // laws by property are for the host
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn padding_and_stray_trailing_bits_are_refused() {
        assert!(decode("AA==").is_err());
        assert!(decode("AB").is_err());
        assert!(decode("A+").is_err());
        assert_eq!(decode("AA"), Ok(alloc::vec![0]));
    }

    #[test]
    fn bytes_travel_as_base64url_inside_json() {
        let bytes = Bytes::from(&[3, 236, 255][..]);
        assert_eq!(serde_json::to_string(&bytes).unwrap(), r#""A-z_""#);
        assert_eq!(serde_json::from_str::<Bytes>(r#""A-z_""#).unwrap(), bytes);
        let fixed = FixedBytes([3, 236, 255]);
        assert_eq!(serde_json::to_string(&fixed).unwrap(), r#""A-z_""#);
        assert_eq!(serde_json::from_str::<FixedBytes<3>>(r#""A-z_""#).unwrap(), fixed);
        assert_eq!(
            (alloc::format!("{fixed:?} {bytes:?}"), "A-z_".parse()),
            ("[3 bytes] [3 bytes]".into(), Ok(fixed))
        );
        assert!(serde_json::from_str::<FixedBytes<4>>(r#""A-z_""#).is_err());
        assert!(serde_json::from_str::<Bytes>(r#""A-z_=""#).is_err());
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn a_text_that_decodes_is_the_text_of_its_bytes(text in "[A-Za-z0-9_-]{0,12}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
