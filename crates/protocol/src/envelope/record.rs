//! A record: from the patient to the clinic, signed by who could open the link, sealed to the clinic's key.

use super::{EnvelopeError, padded_json, read};
use crate::{
    derive::Secret32,
    digest::Digest,
    id::{ClinicId, LinkId},
    jose::{ecdh_es, header::Form, signed},
    keys::{ClinicKeyPair, PatientSigningKey, PublicKey},
    record::Record,
};
use alloc::string::String;
use rand_core::{CryptoRng, RngCore};
use serde::{Serialize, de::DeserializeOwned};

const SEALED: Form = ecdh_es::form("postern-record+jwe", "postern-record+jws");
const SIGNED: Form = signed::es256("postern-record+jws");

/// A sealed record. Send these bytes again until the receipt comes.
pub struct Sealed {
    /// Compact JWE.
    pub jwe: String,
    /// Its content encryption key, which the patient may keep as proof.
    pub content_encryption_key: Secret32,
}

/// A record whose seal and signature hold, and whose link and clinic agree inside and outside.
pub struct Opened<R> {
    /// The record.
    pub record: Record<R>,
    /// The signed form, for evidence.
    pub jws: String,
}

/// Signs and seals.
pub fn seal<R: Serialize>(
    rng: &mut (impl CryptoRng + RngCore),
    signer: &PatientSigningKey,
    clinic_key: &PublicKey,
    record: &Record<R>,
) -> Sealed {
    let payload = padded_json(record);
    let jws = signed::seal(&SIGNED, record.lid.to_text(), &payload, |bytes| signer.sign(bytes).to_vec());
    let (jwe, content_encryption_key) = ecdh_es::seal(
        rng,
        clinic_key,
        &SEALED,
        &record.lid.0,
        record.clinic.as_str().as_bytes(),
        jws.into_bytes(),
    );
    Sealed { jwe, content_encryption_key }
}

/// What shows of a sealed record without a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Outside {
    /// The link in `apu`.
    pub lid: LinkId,
    /// The clinic in `apv`.
    pub clinic: ClinicId,
    /// Thumbprint of the key it is sealed to.
    pub kid: Digest,
}

fn outside(sealed: &ecdh_es::Sealed<'_>) -> Result<Outside, EnvelopeError> {
    let lid = <[u8; 16]>::try_from(&sealed.apu[..]).map_err(|_| EnvelopeError::Header)?;
    let clinic = core::str::from_utf8(&sealed.apv).ok().and_then(|text| ClinicId::new(text).ok());
    Ok(Outside {
        lid: crate::base64url::FixedBytes(lid),
        clinic: clinic.ok_or(EnvelopeError::Header)?,
        kid: sealed.kid,
    })
}

/// Reads what shows without a key: all that the portal can check.
///
/// # Errors
/// Another outer shape.
pub fn look(compact: &str) -> Result<Outside, EnvelopeError> {
    outside(&ecdh_es::Sealed::read(compact, &SEALED)?)
}

/// Opens and verifies. `find_key` gives the clinic's private key of a thumbprint, `find_signer` the public signing key of
/// the patient for a link.
///
/// # Errors
/// Another shape; a key or link the caller does not know; a seal or signature that does not hold; link or clinic that
/// differ inside and outside.
pub fn open<R: DeserializeOwned>(
    compact: &str,
    find_key: impl FnOnce(&Digest) -> Option<ClinicKeyPair>,
    find_signer: impl FnOnce(&LinkId) -> Option<PublicKey>,
) -> Result<Opened<R>, EnvelopeError> {
    let sealed = ecdh_es::Sealed::read(compact, &SEALED)?;
    let outside = outside(&sealed)?;
    let key = find_key(&outside.kid).ok_or(EnvelopeError::UnknownKey)?;
    let key = sealed.content_encryption_key(&key);
    read_inside(sealed, &outside, &key, find_signer)
}

/// The content encryption key of a sealed record: opens this one record and no other. What is kept when the clinic's private
/// key goes.
///
/// # Errors
/// Another outer shape, or sealed to another key.
pub fn content_encryption_key(compact: &str, key: &ClinicKeyPair) -> Result<Secret32, EnvelopeError> {
    let sealed = ecdh_es::Sealed::read(compact, &SEALED)?;
    if sealed.kid != key.public().thumbprint() {
        return Err(EnvelopeError::UnknownKey);
    }
    Ok(sealed.content_encryption_key(key))
}

/// As [`open`], with the record's own content encryption key instead of the clinic's.
///
/// # Errors
/// As of [`open`].
pub fn open_with<R: DeserializeOwned>(
    compact: &str,
    key: &Secret32,
    find_signer: impl FnOnce(&LinkId) -> Option<PublicKey>,
) -> Result<Opened<R>, EnvelopeError> {
    let sealed = ecdh_es::Sealed::read(compact, &SEALED)?;
    let outside = outside(&sealed)?;
    read_inside(sealed, &outside, key, find_signer)
}

fn read_inside<R: DeserializeOwned>(
    sealed: ecdh_es::Sealed<'_>,
    outside: &Outside,
    key: &Secret32,
    find_signer: impl FnOnce(&LinkId) -> Option<PublicKey>,
) -> Result<Opened<R>, EnvelopeError> {
    let plaintext = sealed.open_with(key)?;
    let jws = core::str::from_utf8(&plaintext).map_err(|_| EnvelopeError::Content)?;
    let signed = signed::Signed::read(jws, &SIGNED)?;
    if signed.kid != outside.lid.to_text() {
        return Err(EnvelopeError::Other);
    }
    let signer = find_signer(&outside.lid).ok_or(EnvelopeError::UnknownKey)?;
    let record: Record<R> = read(&signed.verify_es256(&signer)?)?;
    if record.v != 1 {
        return Err(EnvelopeError::Content);
    }
    if record.lid != outside.lid || record.clinic != outside.clinic {
        return Err(EnvelopeError::Other);
    }
    Ok(Opened { record, jws: jws.into() })
}

crate::undisclosed!(Outside);
