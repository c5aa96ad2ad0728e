//! The vault: everything that names a patient and every key is sealed at rest (A256GCM, a fresh nonce for each sealing) and
//! bound to its place, so that a sealed value moved to another table, column or row does not open. What must be found
//! again (a number, a patient's id) has a keyed hash beside it.

pub mod key_file;
pub mod passphrase;
pub mod unlock;

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use postern_protocol::base64url;
use rand_core::{CryptoRng, RngCore};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;
use zeroize::Zeroizing;

pub use unlock::{Unlock, VaultHeader};

const NONCE: usize = 12;

/// Why the vault does not open, or something in it.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The passphrase or the key file is not the one this store was made with.
    #[error(
        "this is not the vault's key: check the passphrase, or the key file that belongs to this state folder"
    )]
    WrongKey,
    /// The store was made with the other kind of key.
    #[error("this vault opens with a {made_with}, and was given a {given}")]
    OtherKind {
        /// What it was made with.
        made_with: &'static str,
        /// What was given.
        given: &'static str,
    },
    /// The key file can be read by others.
    #[error("the key file {path} can be read by others (mode {mode:o}): run chmod 600 on it")]
    KeyFileOpen {
        /// The file.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file holds something else.
    #[error("the key file {path} does not hold a vault key (43 letters of base64url)")]
    KeyFileMalformed {
        /// The file.
        path: String,
    },
    /// The key file cannot be read or written.
    #[error("the key file {path} cannot be read or written")]
    KeyFile {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The passphrase is too short to stand against guessing.
    #[error("a vault passphrase has at least {0} characters")]
    PassphraseShort(usize),
    /// The stored cost of the passphrase's hash is not usable.
    #[error("the vault's header is damaged")]
    HeaderDamaged,
    /// A sealed value does not open in its place.
    #[error("the sealed value in {table}.{column} was changed or moved")]
    Damaged {
        /// Its table.
        table: &'static str,
        /// Its column.
        column: &'static str,
    },
}

/// Where a sealed value stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    table: &'static str,
    column: &'static str,
    row: &'a str,
}

impl<'a> Place<'a> {
    /// A column of one row.
    pub const fn new(table: &'static str, column: &'static str, row: &'a str) -> Self {
        Self { table, column, row }
    }

    fn associated_data(&self) -> Vec<u8> {
        ["postern-desk/v1", self.table, self.column, self.row].join("\0").into_bytes()
    }
}

/// The open vault.
#[derive(Clone)]
pub struct Vault {
    cipher: Aes256Gcm,
    index: Zeroizing<[u8; 32]>,
}

impl Vault {
    pub(crate) fn from_data_key(data_key: &[u8; 32]) -> Self {
        let derive = |info: &[u8]| {
            let mut key = Zeroizing::new([0; 32]);
            Hkdf::<Sha256>::new(None, data_key)
                .expand(info, key.as_mut())
                .expect("32 bytes are one block of HKDF");
            key
        };
        let seal = derive(b"postern-desk/v1 seal");
        Self { cipher: Aes256Gcm::new(seal.as_ref().into()), index: derive(b"postern-desk/v1 index") }
    }

    /// Seals bytes for their place: nonce (12) ‖ ciphertext ‖ tag (16).
    pub fn seal(&self, rng: &mut (impl CryptoRng + RngCore), place: Place<'_>, plaintext: &[u8]) -> Vec<u8> {
        seal_with(&self.cipher, rng, &place.associated_data(), plaintext)
    }

    /// Opens what [`Vault::seal`] made for this place.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it was changed or stands elsewhere.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        open_with(&self.cipher, &place.associated_data(), sealed)
            .ok_or(VaultError::Damaged { table: place.table, column: place.column })
    }

    /// Seals a value as JSON.
    pub fn seal_json(
        &self,
        rng: &mut (impl CryptoRng + RngCore),
        place: Place<'_>,
        value: &impl Serialize,
    ) -> Vec<u8> {
        let json = Zeroizing::new(serde_json::to_vec(value).expect("the desk's own values are JSON"));
        self.seal(rng, place, &json)
    }

    /// Opens a value sealed as JSON.
    ///
    /// # Errors
    /// [`VaultError::Damaged`], also when the JSON is of another shape.
    pub fn open_json<T: DeserializeOwned>(&self, place: Place<'_>, sealed: &[u8]) -> Result<T, VaultError> {
        serde_json::from_slice(&self.open(place, sealed)?)
            .map_err(|_| VaultError::Damaged { table: place.table, column: place.column })
    }

    /// The keyed hash (HMAC-SHA-256, base64url) by which a text is found again without being stored.
    pub fn index(&self, purpose: &str, text: &str) -> String {
        let mut mac =
            <Hmac<Sha256> as Mac>::new_from_slice(self.index.as_ref()).expect("HMAC takes any key length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        base64url::encode(&mac.finalize().into_bytes())
    }
}

fn seal_with(
    cipher: &Aes256Gcm,
    rng: &mut (impl CryptoRng + RngCore),
    associated_data: &[u8],
    plaintext: &[u8],
) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let payload = Payload { msg: plaintext, aad: associated_data };
    let ciphertext =
        cipher.encrypt(Nonce::from_slice(&nonce), payload).expect("A256GCM takes anything under 64 GiB");
    [&nonce[..], &ciphertext].concat()
}

fn open_with(cipher: &Aes256Gcm, associated_data: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE)?;
    let payload = Payload { msg: ciphertext, aad: associated_data };
    cipher.decrypt(Nonce::from_slice(nonce), payload).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    fn vault() -> (Vault, ChaCha20Rng) {
        (Vault::from_data_key(&[7; 32]), ChaCha20Rng::seed_from_u64(1))
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_and_nowhere_else() {
        let (vault, mut rng) = vault();
        let sealed = vault.seal(&mut rng, Place::new("patient", "sealed", "a"), b"secret");
        assert_eq!(vault.open(Place::new("patient", "sealed", "a"), &sealed).unwrap().as_slice(), b"secret");
        for place in [
            Place::new("patient", "sealed", "b"),
            Place::new("patient", "other", "a"),
            Place::new("link", "sealed", "a"),
        ] {
            assert!(matches!(vault.open(place, &sealed), Err(VaultError::Damaged { .. })));
        }
    }

    #[test]
    fn one_changed_bit_anywhere_keeps_it_shut() {
        let (vault, mut rng) = vault();
        let place = Place::new("patient", "sealed", "a");
        let sealed = vault.seal(&mut rng, place, b"secret");
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(vault.open(place, &changed).is_err());
        }
        assert!(vault.open(place, &sealed[..11]).is_err());
    }

    #[test]
    fn the_same_text_sealed_twice_looks_different() {
        let (vault, mut rng) = vault();
        let place = Place::new("patient", "sealed", "a");
        assert_ne!(vault.seal(&mut rng, place, b"secret"), vault.seal(&mut rng, place, b"secret"));
    }

    #[test]
    fn an_index_repeats_and_differs_by_purpose_and_by_key() {
        let (vault, _) = vault();
        assert_eq!(vault.index("number", "+12025550143"), vault.index("number", "+12025550143"));
        assert_ne!(vault.index("number", "1"), vault.index("patient", "1"));
        assert_ne!(vault.index("number", "1"), Vault::from_data_key(&[8; 32]).index("number", "1"));
    }
}
