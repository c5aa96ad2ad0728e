//! Compact JWE (RFC 7516) and JWS (RFC 7515) in the few fixed forms of the protocol. The caller names the form it
//! expects; the header must have exactly that form's members and values before any key is used. No algorithm agility,
//! no compression, no JSON serialization. What features see is the `envelope` module, never this one.

mod compact;
pub(crate) mod direct;
pub(crate) mod ecdh_es;
pub(crate) mod header;
pub(crate) mod signed;

use crate::derive::Secret32;
use aes_gcm::{AeadInPlace, Aes256Gcm, KeyInit};
use alloc::vec::Vec;
use zeroize::Zeroizing;

/// Why an envelope was not opened. Says nothing about its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not a compact serialization with the parts of this shape, or not canonical base64url.
    #[error("not a compact serialization of this shape")]
    Compact,
    /// The header has another `alg`, `enc`, `typ` or `cty`, or a member unknown, missing or twice.
    #[error("the header does not have exactly the members of this shape")]
    Header,
    /// The envelope names another message, link, clinic or slot than the caller.
    #[error("the envelope is another one")]
    Other,
    /// Sealed to, or signed with, a key that the caller does not hold.
    #[error("the key is unknown")]
    UnknownKey,
    /// Authentication failed: another key, or changed bytes.
    #[error("the seal does not hold")]
    Seal,
    /// The signature or MAC does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// What was sealed is not what this shape carries.
    #[error("the content does not have its form")]
    Content,
}

pub(crate) const IV: usize = 12;
pub(crate) const TAG: usize = 16;

pub(crate) fn gcm_seal(key: &Secret32, iv: &[u8; IV], aad: &[u8], plaintext: &mut [u8]) -> [u8; TAG] {
    Aes256Gcm::new(key.as_bytes().into())
        .encrypt_in_place_detached(iv.into(), aad, plaintext)
        .expect("A256GCM seals up to 64 GiB")
        .into()
}

pub(crate) fn gcm_open(
    key: &Secret32,
    iv: &[u8; IV],
    aad: &[u8],
    mut ciphertext: Vec<u8>,
    tag: &[u8; TAG],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    Aes256Gcm::new(key.as_bytes().into())
        .decrypt_in_place_detached(iv.into(), aad, &mut ciphertext, tag.into())
        .map_err(|_| EnvelopeError::Seal)?;
    Ok(Zeroizing::new(ciphertext))
}
