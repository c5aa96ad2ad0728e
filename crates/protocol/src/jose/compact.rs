//! Parts of a compact serialization.

use super::{EnvelopeError, IV, TAG};
use crate::base64url;
use alloc::vec::Vec;

/// Exactly `N` parts between dots.
pub(super) fn split<const N: usize>(compact: &str) -> Result<[&str; N], EnvelopeError> {
    let mut parts = compact.split('.');
    let mut out = [""; N];
    for part in &mut out {
        *part = parts.next().ok_or(EnvelopeError::Compact)?;
    }
    if parts.next().is_some() { Err(EnvelopeError::Compact) } else { Ok(out) }
}

/// The five parts of a JWE whose encrypted key is empty, as `dir` and direct `ECDH-ES` have it.
pub(super) struct JweParts<'a> {
    pub header: &'a str,
    pub iv: [u8; IV],
    pub ciphertext: Vec<u8>,
    pub tag: [u8; TAG],
}

impl<'a> JweParts<'a> {
    pub(super) fn read(compact: &'a str) -> Result<Self, EnvelopeError> {
        let [header, encrypted_key, iv, ciphertext, tag] = split(compact)?;
        if !encrypted_key.is_empty() {
            return Err(EnvelopeError::Compact);
        }
        Ok(Self {
            header,
            iv: base64url::decode_array(iv).map_err(|_| EnvelopeError::Compact)?,
            ciphertext: base64url::decode(ciphertext).map_err(|_| EnvelopeError::Compact)?,
            tag: base64url::decode_array(tag).map_err(|_| EnvelopeError::Compact)?,
        })
    }
}
