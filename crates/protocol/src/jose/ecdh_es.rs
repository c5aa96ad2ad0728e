//! JWE with direct `ECDH-ES` on P-256 and `A256GCM` (RFC 7518 section 4.6).

use super::{
    EnvelopeError, IV,
    compact::JweParts,
    gcm_open, gcm_seal,
    header::{Form, Header},
};
use crate::{
    base64url,
    derive::Secret32,
    digest::Digest,
    keys::{ClinicKeyPair, PublicKey},
};
use alloc::{format, string::String, vec::Vec};
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

pub(crate) const fn form(typ: &'static str, cty: &'static str) -> Form {
    Form { alg: "ECDH-ES", enc: Some("A256GCM"), typ, cty: Some(cty), agreement: true }
}

/// Concat KDF of NIST SP 800-56A as RFC 7518 section 4.6.2 has it: one block, for a key of up to 256 bits.
pub(crate) fn concat_kdf(shared: &[u8], algorithm: &[u8], apu: &[u8], apv: &[u8], bits: u32) -> Secret32 {
    let length = |part: &[u8]| u32::try_from(part.len()).expect("party infos are short").to_be_bytes();
    let mut hash = Sha256::new();
    hash.update(1u32.to_be_bytes());
    hash.update(shared);
    for part in [algorithm, apu, apv] {
        hash.update(length(part));
        hash.update(part);
    }
    hash.update(bits.to_be_bytes());
    Secret32::from_bytes(hash.finalize().into())
}

/// Seals to a public key; also gives the content encryption key, which the sender may keep as proof.
pub(crate) fn seal(
    rng: &mut (impl CryptoRng + RngCore),
    recipient: &PublicKey,
    form: &Form,
    apu: &[u8],
    apv: &[u8],
    mut plaintext: Vec<u8>,
) -> (String, Secret32) {
    let ephemeral = ClinicKeyPair::generate(rng);
    let key = concat_kdf(ephemeral.agree(recipient).raw_secret_bytes(), b"A256GCM", apu, apv, 256);
    let mut header = Header::of(form, recipient.thumbprint().to_text());
    header.epk = Some(ephemeral.public());
    header.apu = Some(base64url::encode(apu));
    header.apv = Some(base64url::encode(apv));
    let header = header.write();
    let mut iv = [0; IV];
    rng.fill_bytes(&mut iv);
    let tag = gcm_seal(&key, &iv, header.as_bytes(), &mut plaintext);
    let compact = format!(
        "{header}..{}.{}.{}",
        base64url::encode(&iv),
        base64url::encode(&plaintext),
        base64url::encode(&tag)
    );
    (compact, key)
}

/// An envelope whose header holds, not yet opened.
pub(crate) struct Sealed<'a> {
    parts: JweParts<'a>,
    epk: PublicKey,
    /// Thumbprint of the key it is sealed to.
    pub kid: Digest,
    /// PartyUInfo.
    pub apu: Vec<u8>,
    /// PartyVInfo.
    pub apv: Vec<u8>,
}

impl<'a> Sealed<'a> {
    pub(crate) fn read(compact: &'a str, form: &Form) -> Result<Self, EnvelopeError> {
        let parts = JweParts::read(compact)?;
        let header = Header::read(parts.header, form)?;
        let (Some(epk), Some(apu), Some(apv)) = (header.epk, header.apu, header.apv) else {
            return Err(EnvelopeError::Header);
        };
        Ok(Self {
            parts,
            epk,
            kid: header.kid.parse().map_err(|_| EnvelopeError::Header)?,
            apu: base64url::decode(&apu).map_err(|_| EnvelopeError::Header)?,
            apv: base64url::decode(&apv).map_err(|_| EnvelopeError::Header)?,
        })
    }

    /// The content encryption key that this recipient agrees on.
    pub(crate) fn content_encryption_key(&self, key: &ClinicKeyPair) -> Secret32 {
        let shared = key.agree(&self.epk);
        concat_kdf(shared.raw_secret_bytes(), b"A256GCM", &self.apu, &self.apv, 256)
    }

    pub(crate) fn open_with(self, key: &Secret32) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        gcm_open(key, &self.parts.iv, self.parts.header.as_bytes(), self.parts.ciphertext, &self.parts.tag)
    }
}
