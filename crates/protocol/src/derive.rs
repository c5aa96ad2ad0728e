//! What is derived from the link secret and from the content keys: HKDF-SHA-256 (RFC 5869).

use crate::{
    base64url::FixedBytes,
    digest::{Digest, sha256},
    id::LinkId,
    link::LinkSecret,
};
use hkdf::{Hkdf, InvalidLength};
use rand_core::{CryptoRng, RngCore};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Thirty-two secret bytes, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret32([u8; 32]);

impl Secret32 {
    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// HKDF with an optional salt; `info` in parts, joined. Fills `out`, or says that it is longer than 255 blocks.
pub(crate) fn hkdf_fill(
    salt: Option<&[u8]>,
    ikm: &[u8],
    info: &[&[u8]],
    out: &mut [u8],
) -> Result<(), InvalidLength> {
    Hkdf::<Sha256>::new(salt, ikm).expand_multi_info(info, out)
}

/// As [`hkdf_fill`], for the lengths of the protocol.
pub(crate) fn hkdf<const N: usize>(salt: Option<&[u8]>, ikm: &[u8], info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    hkdf_fill(salt, ikm, info, &mut out).expect("32 and 48 bytes are less than 255 blocks");
    out
}

pub(crate) fn hkdf_secret(salt: Option<&[u8]>, ikm: &[u8], info: &[&[u8]]) -> Secret32 {
    Secret32(hkdf(salt, ikm, info))
}

/// Everything that follows from a link secret.
#[derive(Clone)]
pub struct LinkKeys {
    /// Names the link.
    pub lid: LinkId,
    /// Proof of holding the link.
    pub claim: FixedBytes<32>,
    /// First part of every OPAQUE password of this link.
    pub factor: Secret32,
    /// HS256 key of link records.
    pub link_mac: Secret32,
}

impl LinkKeys {
    /// Derives them.
    pub fn derive(secret: &LinkSecret) -> Self {
        let s = secret.as_bytes();
        Self {
            lid: FixedBytes(hkdf(None, s, &[b"postern/v1 link id"])),
            claim: FixedBytes(hkdf(None, s, &[b"postern/v1 claim"])),
            factor: hkdf_secret(None, s, &[b"postern/v1 factor"]),
            link_mac: hkdf_secret(None, s, &[b"postern/v1 link record"]),
        }
    }

    /// What the portal stores instead of the claim.
    pub fn claim_sha256(&self) -> Digest {
        sha256(&self.claim.0)
    }
}

/// The key of one level's content (`CK`): 32 random bytes made by the desk.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ContentKey(Secret32);

impl ContentKey {
    /// A new key.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(Secret32(bytes))
    }

    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Secret32(bytes))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(crate) fn derive(&self, info: &[&[u8]]) -> Secret32 {
        hkdf_secret(None, self.as_bytes(), info)
    }
}

/// The content keys that one slot opens.
#[derive(Clone, PartialEq, Eq)]
pub enum ContentKeys {
    /// The first factor's slot: the key of level 1.
    First(ContentKey),
    /// The slot of a link whose policy is `dob+otp`: there is only level 2.
    Second(ContentKey),
    /// The step-up's slot: both.
    Both(ContentKey, ContentKey),
}

impl ContentKeys {
    /// The key of a level, if this slot opens it.
    pub fn at(&self, level: u8) -> Option<&ContentKey> {
        match (self, level) {
            (Self::First(key) | Self::Both(key, _), 1) | (Self::Second(key) | Self::Both(_, key), 2) => {
                Some(key)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slots_keys_stand_at_their_levels_and_nowhere_else() {
        let (one, two) = (ContentKey::from_bytes([1; 32]), ContentKey::from_bytes([2; 32]));
        let at = |keys: &ContentKeys| [0, 1, 2, 3].map(|level| keys.at(level).map(|key| key.as_bytes()[0]));
        assert_eq!(at(&ContentKeys::First(one.clone())), [None, Some(1), None, None]);
        assert_eq!(at(&ContentKeys::Second(two.clone())), [None, None, Some(2), None]);
        assert_eq!(at(&ContentKeys::Both(one, two)), [None, Some(1), Some(2), None]);
    }

    #[test]
    fn a_content_key_is_what_the_generator_gives() {
        use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (one, two) = (ContentKey::generate(&mut rng), ContentKey::generate(&mut rng));
        assert!(one != two && *one.as_bytes() != [0; 32]);
    }

    #[test]
    fn the_four_derived_values_differ_and_repeat() {
        let keys = LinkKeys::derive(&LinkSecret::from_bytes([1; 16]));
        let again = LinkKeys::derive(&LinkSecret::from_bytes([1; 16]));
        assert!(keys.claim == again.claim && keys.lid == again.lid);
        assert!(keys.claim.0 != *keys.factor.as_bytes());
        assert!(keys.factor != keys.link_mac);
    }
}
