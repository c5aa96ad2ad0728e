//! The slot: a level's content keys, sealed under the factor's export key and the link secret together.

use super::EnvelopeError;
use crate::{
    derive::{ContentKey, ContentKeys, Secret32, hkdf_secret},
    factor::FactorKind,
    id::LinkId,
    jose::{direct, header::Form},
    link::LinkSecret,
};
use alloc::{format, string::String, vec::Vec};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

const FORM: Form = direct::form("postern-slot+jwe", None);

fn slot_key(export_key: &Secret32, secret: &LinkSecret) -> Secret32 {
    hkdf_secret(Some(secret.as_bytes()), export_key.as_bytes(), &[b"postern/v1 slot"])
}

fn kid(lid: &LinkId, slot: u16) -> String {
    format!("{}.{slot}", lid.to_text())
}

/// Seals the content keys of one slot.
pub fn seal(
    rng: &mut (impl CryptoRng + RngCore),
    export_key: &Secret32,
    secret: &LinkSecret,
    lid: &LinkId,
    slot: u16,
    keys: &ContentKeys,
) -> String {
    let mut plaintext = Vec::with_capacity(64);
    for level in [1, 2] {
        if let Some(key) = keys.at(level) {
            plaintext.extend_from_slice(key.as_bytes());
        }
    }
    direct::seal(rng, &slot_key(export_key, secret), &FORM, kid(lid, slot), plaintext)
}

/// Opens a slot that asked for `factor`.
///
/// # Errors
/// Another shape, another slot, another factor or link, or not one or two keys.
pub fn open(
    compact: &str,
    export_key: &Secret32,
    secret: &LinkSecret,
    lid: &LinkId,
    slot: u16,
    factor: FactorKind,
) -> Result<ContentKeys, EnvelopeError> {
    let plaintext = direct::open(compact, &slot_key(export_key, secret), &FORM, &kid(lid, slot))?;
    let key = |bytes: &[u8]| -> Result<ContentKey, EnvelopeError> {
        let bytes = Zeroizing::new(<[u8; 32]>::try_from(bytes).map_err(|_| EnvelopeError::Content)?);
        Ok(ContentKey::from_bytes(*bytes))
    };
    match (plaintext.len(), factor) {
        (32, FactorKind::BirthDate | FactorKind::Code) => Ok(ContentKeys::First(key(&plaintext)?)),
        (32, FactorKind::Both) => Ok(ContentKeys::Second(key(&plaintext)?)),
        (64, FactorKind::Both) => Ok(ContentKeys::Both(key(&plaintext[..32])?, key(&plaintext[32..])?)),
        _ => Err(EnvelopeError::Content),
    }
}

/// Whether the portal may store it: outer shape, link and slot.
///
/// # Errors
/// As [`open`], as far as it shows without a key.
pub fn check(compact: &str, lid: &LinkId, slot: u16) -> Result<(), EnvelopeError> {
    direct::check_shape(compact, &FORM, &kid(lid, slot))
}
