//! JWS with `ES256` or `HS256` (RFC 7515, RFC 7518 sections 3.2 and 3.4).

use super::{
    EnvelopeError,
    compact::split,
    header::{Form, Header},
};
use crate::{base64url, derive::Secret32, keys::PublicKey};
use alloc::{format, string::String, vec::Vec};
use hmac::{Hmac, Mac};
use sha2::Sha256;

pub(crate) const fn es256(typ: &'static str) -> Form {
    Form { alg: "ES256", enc: None, typ, cty: None, agreement: false }
}

pub(crate) const fn hs256(typ: &'static str) -> Form {
    Form { alg: "HS256", enc: None, typ, cty: None, agreement: false }
}

/// Signs with whatever makes the signature's bytes.
pub(crate) fn seal(form: &Form, kid: String, payload: &[u8], sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let signing_input = format!("{}.{}", Header::of(form, kid).write(), base64url::encode(payload));
    let signature = sign(signing_input.as_bytes());
    format!("{signing_input}.{}", base64url::encode(&signature))
}

/// HS256 of some bytes.
pub(crate) fn hs256_mac(key: &Secret32, bytes: &[u8]) -> Vec<u8> {
    hmac_sha256(key.as_bytes(), bytes)
}

/// HMAC-SHA-256 (RFC 2104) under a key of any length.
pub(crate) fn hmac_sha256(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

/// A JWS whose header holds, not yet verified.
pub(crate) struct Signed<'a> {
    signing_input: &'a str,
    signature: Vec<u8>,
    payload: Vec<u8>,
    /// Names the key.
    pub kid: String,
}

impl<'a> Signed<'a> {
    pub(crate) fn read(compact: &'a str, form: &Form) -> Result<Self, EnvelopeError> {
        let [header, payload, signature] = split(compact)?;
        let kid = Header::read(header, form)?.kid;
        let decode = |part| base64url::decode(part).map_err(|_| EnvelopeError::Compact);
        Ok(Self {
            signing_input: &compact[..header.len() + 1 + payload.len()],
            signature: decode(signature)?,
            payload: decode(payload)?,
            kid,
        })
    }

    /// What it says, which nobody has vouched for.
    pub(crate) fn unverified(&self) -> &[u8] {
        &self.payload
    }

    pub(crate) fn verify_es256(self, key: &PublicKey) -> Result<Vec<u8>, EnvelopeError> {
        if key.verify(self.signing_input.as_bytes(), &self.signature) {
            Ok(self.payload)
        } else {
            Err(EnvelopeError::Signature)
        }
    }

    pub(crate) fn verify_hs256(self, key: &Secret32) -> Result<Vec<u8>, EnvelopeError> {
        use subtle::ConstantTimeEq;
        let expected = hs256_mac(key, self.signing_input.as_bytes());
        if bool::from(expected.ct_eq(&self.signature)) {
            Ok(self.payload)
        } else {
            Err(EnvelopeError::Signature)
        }
    }
}
