//! Making and opening the vault. The data key is random and wrapped under the key that unlocks, so that a passphrase can be
//! changed without sealing everything again.

use super::{Vault, VaultError, key_file, open_with, passphrase, seal_with};
use aes_gcm::{Aes256Gcm, KeyInit};
use rand_core::{CryptoRng, RngCore};
use std::path::PathBuf;
use zeroize::Zeroizing;

const WRAPPED: &[u8] = b"postern-desk/v1\0vault\0wrapped";

/// What unlocks the vault.
#[derive(Clone)]
pub enum Unlock {
    /// A file of mode 0600 that holds 32 bytes as base64url.
    KeyFile(PathBuf),
    /// A passphrase, stretched by argon2id.
    Passphrase(Zeroizing<String>),
}

impl Unlock {
    /// The kind's name in the store.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::KeyFile(_) => "key-file",
            Self::Passphrase(_) => "passphrase",
        }
    }
}

/// What the store keeps of the vault: no secret without the key that unlocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultHeader {
    /// `key-file` or `passphrase`.
    pub kind: String,
    /// Salt and cost of the passphrase's hash; unused with a key file.
    pub stretch: passphrase::Stretch,
    /// The data key, sealed.
    pub wrapped: Vec<u8>,
}

impl Vault {
    /// Makes a new vault. A key file that is not there yet is made, with mode 0600.
    ///
    /// # Errors
    /// The key file cannot be used, or the passphrase is too short.
    pub fn create(
        unlock: &Unlock,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<(Self, VaultHeader), VaultError> {
        let mut data_key = Zeroizing::new([0; 32]);
        rng.fill_bytes(data_key.as_mut());
        let header = Self::wrap(unlock, rng, &data_key)?;
        Ok((Self::from_data_key(&data_key), header))
    }

    /// Wraps a data key for what is to unlock it. A key file that is not there yet is made, with mode 0600.
    ///
    /// # Errors
    /// The key file cannot be used, or the passphrase is too short.
    pub(crate) fn wrap(
        unlock: &Unlock,
        rng: &mut (impl CryptoRng + RngCore),
        data_key: &[u8; 32],
    ) -> Result<VaultHeader, VaultError> {
        let stretch = passphrase::Stretch::generate(rng);
        let unlocking_key = match unlock {
            Unlock::KeyFile(path) => key_file::read_or_make(path, rng)?,
            Unlock::Passphrase(text) => {
                passphrase::check_length(text)?;
                stretch.apply(text)?
            }
        };
        let cipher = Aes256Gcm::new(unlocking_key.as_ref().into());
        let wrapped = seal_with(&cipher, rng, WRAPPED, data_key.as_ref());
        Ok(VaultHeader { kind: unlock.kind().into(), stretch, wrapped })
    }

    /// Opens a vault that was made before.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`] and the troubles of a key file.
    pub fn unlock(unlock: &Unlock, header: &VaultHeader) -> Result<Self, VaultError> {
        Ok(Self::from_data_key(&*Self::data_key(unlock, header)?))
    }

    /// The key that everything is sealed under: what a recovery copy holds.
    ///
    /// # Errors
    /// As of [`Vault::unlock`].
    pub(crate) fn data_key(unlock: &Unlock, header: &VaultHeader) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let name = |kind: &str| if kind == "key-file" { "key file" } else { "passphrase" };
        if header.kind != unlock.kind() {
            return Err(VaultError::OtherKind { made_with: name(&header.kind), given: name(unlock.kind()) });
        }
        let unlocking_key = match unlock {
            Unlock::KeyFile(path) => key_file::read(path)?,
            Unlock::Passphrase(text) => header.stretch.apply(text)?,
        };
        let cipher = Aes256Gcm::new(unlocking_key.as_ref().into());
        let data_key = open_with(&cipher, WRAPPED, &header.wrapped).ok_or(VaultError::WrongKey)?;
        Ok(Zeroizing::new(data_key.as_slice().try_into().map_err(|_| VaultError::HeaderDamaged)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    fn words(text: &str) -> Unlock {
        Unlock::Passphrase(Zeroizing::new(text.into()))
    }

    #[test]
    fn the_right_passphrase_opens_and_a_wrong_one_says_so() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (vault, header) = Vault::create(&words("correct horse battery"), &mut rng).unwrap();
        let again = Vault::unlock(&words("correct horse battery"), &header).unwrap();
        assert_eq!(vault.index("a", "b"), again.index("a", "b"));
        assert!(matches!(Vault::unlock(&words("correct horse batterz"), &header), Err(VaultError::WrongKey)));
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        assert!(matches!(Vault::create(&words("short"), &mut rng), Err(VaultError::PassphraseShort(_))));
    }

    #[test]
    fn another_key_file_and_another_kind_are_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        let (_, header) = Vault::create(&Unlock::KeyFile(one.clone()), &mut rng).unwrap();
        Vault::create(&Unlock::KeyFile(two.clone()), &mut rng).unwrap();
        assert!(Vault::unlock(&Unlock::KeyFile(one), &header).is_ok());
        assert!(matches!(Vault::unlock(&Unlock::KeyFile(two), &header), Err(VaultError::WrongKey)));
        assert!(matches!(
            Vault::unlock(&words("correct horse battery"), &header),
            Err(VaultError::OtherKind { .. })
        ));
    }
}
