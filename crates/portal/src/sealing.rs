//! A256GCM of what the portal keeps at rest: logins under a key of the key file, factor records and slots under the
//! random key of their link.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

/// A sealing key; wiped when dropped.
pub type Key = Zeroizing<[u8; 32]>;

/// The bytes were not sealed under this key for this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed bytes do not open")]
pub struct DoesNotOpen;

/// A fresh key.
pub fn generate_key(rng: &mut (impl CryptoRng + RngCore)) -> Key {
    let mut key = Key::default();
    rng.fill_bytes(&mut *key);
    key
}

/// Seals `plain`; `place` must be named again to open it. Nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes).
pub fn seal(rng: &mut (impl CryptoRng + RngCore), key: &Key, place: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0; 12];
    rng.fill_bytes(&mut nonce);
    let sealed = Aes256Gcm::new((&**key).into())
        .encrypt(Nonce::from_slice(&nonce), Payload { msg: plain, aad: place })
        .expect("AES-GCM seals whatever fits in memory");
    [&nonce[..], &sealed].concat()
}

/// Opens what [`seal`] made.
///
/// # Errors
/// Another key, another place, or changed bytes.
pub fn open(key: &Key, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let (nonce, sealed) = sealed.split_at_checked(12).ok_or(DoesNotOpen)?;
    Aes256Gcm::new((&**key).into())
        .decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: place })
        .map(Zeroizing::new)
        .map_err(|_| DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_at_its_place() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let (key, other) = (generate_key(&mut rng), generate_key(&mut rng));
        let sealed = seal(&mut rng, &key, b"here", b"words");
        assert_eq!(open(&key, b"here", &sealed).unwrap().as_slice(), b"words");
        assert_eq!(open(&key, b"there", &sealed), Err(DoesNotOpen));
        assert_eq!(open(&other, b"here", &sealed), Err(DoesNotOpen));
        assert_eq!(open(&key, b"here", &sealed[..11]), Err(DoesNotOpen));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(2);
        let key = generate_key(&mut rng);
        let sealed = seal(&mut rng, &key, b"", b"words");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&key, b"", &changed), Err(DoesNotOpen));
        }
    }
}
