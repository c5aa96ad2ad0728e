//! JWE with `dir` and `A256GCM` (RFC 7518 sections 4.5 and 5.3).

use super::{
    EnvelopeError, IV,
    compact::JweParts,
    gcm_open, gcm_seal,
    header::{Form, Header},
};
use crate::{base64url, derive::Secret32};
use alloc::{format, string::String, vec::Vec};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

pub(crate) const fn form(typ: &'static str, cty: Option<&'static str>) -> Form {
    Form { alg: "dir", enc: Some("A256GCM"), typ, cty, agreement: false }
}

pub(crate) fn seal(
    rng: &mut (impl CryptoRng + RngCore),
    key: &Secret32,
    form: &Form,
    kid: String,
    mut plaintext: Vec<u8>,
) -> String {
    let header = Header::of(form, kid).write();
    let mut iv = [0; IV];
    rng.fill_bytes(&mut iv);
    let tag = gcm_seal(key, &iv, header.as_bytes(), &mut plaintext);
    format!(
        "{header}..{}.{}.{}",
        base64url::encode(&iv),
        base64url::encode(&plaintext),
        base64url::encode(&tag)
    )
}

/// Opens an envelope that must name `kid`.
pub(crate) fn open(
    compact: &str,
    key: &Secret32,
    form: &Form,
    kid: &str,
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let parts = check(compact, form, kid)?;
    gcm_open(key, &parts.iv, parts.header.as_bytes(), parts.ciphertext, &parts.tag)
}

/// Holds the outer shape and the `kid` against what the caller expects, without a key.
pub(super) fn check<'a>(compact: &'a str, form: &Form, kid: &str) -> Result<JweParts<'a>, EnvelopeError> {
    let parts = JweParts::read(compact)?;
    if Header::read(parts.header, form)?.kid == kid { Ok(parts) } else { Err(EnvelopeError::Other) }
}

/// As [`check`], for a caller who only stores it.
pub(crate) fn check_shape(compact: &str, form: &Form, kid: &str) -> Result<(), EnvelopeError> {
    check(compact, form, kid).map(|_| ())
}
