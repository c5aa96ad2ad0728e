use super::write_whole;
use crate::{
    rules::{PINNED_AHEAD_SECONDS, PUBLISHED_SECONDS},
    sealing::{Key, generate_key},
};
use postern_protocol::{
    base64url::{Bytes, FixedBytes},
    keys::{PublicKey, SigningKeyPair},
    opaque::server::Setup,
    time::Timestamp,
};
use rand_core::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, io, path::Path};
use zeroize::Zeroizing;

/// `keys.json`: every long-term secret of the portal. Never in the database, never in a log.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    version: u32,
    /// OPAQUE server setups, 97 bytes each, by setup id. An old one goes when its last link has ended.
    setups: BTreeMap<u32, Bytes>,
    /// Which setup new records are made with.
    setup: u32,
    /// Seals login rows.
    login_key: FixedBytes<32>,
    /// Signs receipts.
    signing: FixedBytes<32>,
    /// Will sign receipts; pinned ahead.
    signing_next: FixedBytes<32>,
    /// Signed receipts once; published for 10 years.
    #[serde(default)]
    retired: Vec<RetiredKey>,
    /// Opens the copy of this file that may lie beside the store's backups; printed as the recovery copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<Recovery>,
}

/// The recovery copy.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// Its key.
    pub key: FixedBytes<32>,
    /// When it was last printed.
    pub printed: Timestamp,
}

/// A public signing key that is no longer used.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetiredKey {
    /// The key.
    pub key: PublicKey,
    /// When it was retired.
    pub at: Timestamp,
}

/// The next signing key is too young.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the next signing key came to be too short a time ago: live links and desks do not know it yet")]
pub struct NotPinnedYet {
    /// From when on it may be used.
    pub ready: Timestamp,
}

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("the key file cannot be read or written")]
    File(#[from] io::Error),
    /// It is there already: making another would orphan every link.
    #[error("there is a key file already")]
    Exists,
    /// It is no key file of this version, or a key in it does not hold.
    #[error("the key file is damaged")]
    Damaged,
    /// The copy does not open with this key.
    #[error("this is not the recovery copy of these keys, or keys.sealed was changed")]
    OtherRecovery,
    /// No recovery copy was ever printed.
    #[error("there is no keys.sealed here: put the one from the backup into the folder")]
    NoSealedCopy,
    /// Others than its owner may read it.
    #[error("the key file may be read by others: set its mode to 0600")]
    Exposed,
}

/// The keys in use.
pub struct KeyRing {
    setups: BTreeMap<u32, Setup>,
    setup: u32,
    /// Seals login rows.
    pub login: Key,
    /// Signs receipts.
    pub signing: SigningKeyPair,
    next: PublicKey,
    retired: Vec<RetiredKey>,
}

impl KeyFile {
    /// Fresh keys.
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let setup = Bytes(Setup::generate(rng).to_bytes().to_vec());
        Self {
            version: 1,
            setups: BTreeMap::from([(1, setup)]),
            setup: 1,
            login_key: FixedBytes(*generate_key(rng)),
            signing: FixedBytes(SigningKeyPair::generate(rng).to_bytes()),
            signing_next: FixedBytes(SigningKeyPair::generate(rng).to_bytes()),
            retired: Vec::new(),
            recovery: None,
        }
    }

    /// Writes a new key file, mode 0600.
    ///
    /// # Errors
    /// There is one already, or the disk's.
    pub fn create(&self, path: &Path) -> Result<(), KeyFileError> {
        if path.exists() {
            return Err(KeyFileError::Exists);
        }
        self.replace(path)
    }

    /// The next signing key comes into use and another is made ready.
    ///
    /// # Errors
    /// The next one came to be too short a time ago to be pinned everywhere, unless `at_once`.
    pub fn rotate_signing(
        &mut self,
        rng: &mut (impl CryptoRng + RngCore),
        at: Timestamp,
        at_once: bool,
    ) -> Result<(), NotPinnedYet> {
        // The first pair was pinned when the clinics were enrolled; each later one came to be when the one before it retired.
        let newest = self.retired.iter().map(|retired| retired.at).max();
        let ready = newest.map(|newest| newest.plus_seconds(PINNED_AHEAD_SECONDS));
        if let Some(ready) = ready.filter(|ready| *ready > at && !at_once) {
            return Err(NotPinnedYet { ready });
        }
        if let Ok(used) = SigningKeyPair::from_bytes(&self.signing.0) {
            self.retired.push(RetiredKey { key: used.public(), at });
        }
        self.retired.retain(|retired| retired.at.plus_seconds(PUBLISHED_SECONDS) > at);
        self.signing = self.signing_next;
        self.signing_next = FixedBytes(SigningKeyPair::generate(rng).to_bytes());
        Ok(())
    }

    /// Records are made under a new setup from the next start on; setups that no slot names are destroyed. Gives the new id.
    pub fn new_setup(&mut self, rng: &mut (impl CryptoRng + RngCore), setups_in_use: &[u32]) -> u32 {
        // A portal that still runs makes records under the setup of its start: that one stays until the next renewal.
        let current = self.setup;
        self.setups.retain(|id, _| *id == current || setups_in_use.contains(id));
        self.setup = self.setup.saturating_add(1);
        self.setups.insert(self.setup, Bytes(Setup::generate(rng).to_bytes().to_vec()));
        self.setup
    }

    /// The recovery copy's key, made at its first printing.
    pub fn print_recovery(&mut self, rng: &mut (impl CryptoRng + RngCore), at: Timestamp) -> Key {
        let key = self.recovery.as_ref().map_or_else(|| FixedBytes(*generate_key(rng)), |held| held.key);
        self.recovery = Some(Recovery { key, printed: at });
        Key::new(key.0)
    }

    /// The recovery copy, once it was printed.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// Ids of the setups, and which of them new records are made with.
    pub fn setup_ids(&self) -> (Vec<u32>, u32) {
        (self.setups.keys().copied().collect(), self.setup)
    }

    /// As it is written.
    ///
    /// # Errors
    /// Never for a file that was read.
    pub fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        Ok(Zeroizing::new(serde_json::to_vec_pretty(self).map_err(|_| KeyFileError::Damaged)?))
    }

    /// From its JSON, checked.
    ///
    /// # Errors
    /// [`KeyFileError::Damaged`].
    pub fn from_json(json: &[u8]) -> Result<Self, KeyFileError> {
        let file: Self = serde_json::from_slice(json).map_err(|_| KeyFileError::Damaged)?;
        file.ring()?;
        Ok(file)
    }

    /// Writes changed keys over the old ones, whole or not at all.
    ///
    /// # Errors
    /// The disk's.
    pub fn replace(&self, path: &Path) -> Result<(), KeyFileError> {
        Ok(write_whole(path, &self.to_json()?, true)?)
    }

    /// Reads one.
    ///
    /// # Errors
    /// See [`KeyFileError`].
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let bytes = fs::read(path)?;
        #[cfg(unix)]
        if std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path)?.permissions()) & 0o077 != 0 {
            return Err(KeyFileError::Exposed);
        }
        serde_json::from_slice(&bytes).map_err(|_| KeyFileError::Damaged)
    }

    /// The keys, checked.
    ///
    /// # Errors
    /// [`KeyFileError::Damaged`].
    pub fn ring(&self) -> Result<KeyRing, KeyFileError> {
        let setups: BTreeMap<u32, Setup> = self
            .setups
            .iter()
            .map(|(id, bytes)| Ok((*id, Setup::from_bytes(&bytes.0).map_err(|_| KeyFileError::Damaged)?)))
            .collect::<Result<_, KeyFileError>>()?;
        let pair =
            |bytes: &FixedBytes<32>| SigningKeyPair::from_bytes(&bytes.0).map_err(|_| KeyFileError::Damaged);
        if self.version != 1 || !setups.contains_key(&self.setup) {
            return Err(KeyFileError::Damaged);
        }
        Ok(KeyRing {
            setups,
            setup: self.setup,
            login: Key::new(self.login_key.0),
            signing: pair(&self.signing)?,
            next: pair(&self.signing_next)?.public(),
            retired: self.retired.clone(),
        })
    }
}

impl KeyRing {
    /// The setup of an id, while the key file holds it.
    pub fn setup(&self, id: u32) -> Option<&Setup> {
        self.setups.get(&id)
    }

    /// The setup for new records, with its id.
    pub fn current_setup(&self) -> (u32, &Setup) {
        (self.setup, &self.setups[&self.setup])
    }

    /// What a desk pins: the signing key in use, then the next.
    pub fn pins(&self) -> Vec<PublicKey> {
        vec![self.signing.public(), self.next]
    }

    /// Keys that signed receipts once, with when they were retired.
    pub fn retired(&self) -> &[RetiredKey] {
        &self.retired
    }

    /// Every key that is published: in use, next, retired.
    pub fn published(&self) -> Vec<PublicKey> {
        let mut keys = self.pins();
        keys.extend(self.retired.iter().map(|retired| retired.key));
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn a_key_file_is_written_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let file = KeyFile::generate(&mut ChaCha20Rng::seed_from_u64(1));
        file.create(&path).unwrap();
        assert!(matches!(file.create(&path), Err(KeyFileError::Exists)));
        let read = KeyFile::read(&path).unwrap().ring().unwrap();
        assert_eq!(read.pins(), file.ring().unwrap().pins());
        assert_eq!(read.pins().len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        KeyFile::generate(&mut ChaCha20Rng::seed_from_u64(1)).create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(KeyFile::read(&path), Err(KeyFileError::Exposed)));
    }

    #[test]
    fn a_damaged_key_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        write_whole(&path, b"{}", false).unwrap();
        assert!(matches!(KeyFile::read(&path), Err(KeyFileError::Damaged)));
    }
}
