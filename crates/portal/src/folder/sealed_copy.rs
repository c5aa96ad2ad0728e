//! `keys.sealed`: the key file once more, sealed under the key that is printed as the recovery copy. It follows every change of
//! the keys, so that the paper stays good, and it may lie wherever the store's backups lie.

use super::{KeyFile, KeyFileError, StateFolder, write_whole};
use crate::sealing::{self, Key};
use rand_core::{CryptoRng, RngCore};
use std::{fs, io};

const PLACE: &[u8] = b"postern-portal/v1 keys.sealed";

impl KeyFile {
    /// Writes changed keys, and the sealed copy where one was ever printed.
    ///
    /// # Errors
    /// The disk's.
    pub fn keep(
        &self,
        folder: &StateFolder,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<(), KeyFileError> {
        self.replace(&folder.keys())?;
        let Some(recovery) = self.recovery() else { return Ok(()) };
        let sealed = sealing::seal(rng, &Key::new(recovery.key.0), PLACE, &self.to_json()?);
        Ok(write_whole(&folder.sealed_keys(), &sealed, true)?)
    }

    /// Opens the sealed copy.
    ///
    /// # Errors
    /// There is none, or it is not this key's.
    pub fn unseal(folder: &StateFolder, key: &Key) -> Result<Self, KeyFileError> {
        let sealed = match fs::read(folder.sealed_keys()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(KeyFileError::NoSealedCopy),
            sealed => sealed?,
        };
        let json = sealing::open(key, PLACE, &sealed).map_err(|_| KeyFileError::OtherRecovery)?;
        Self::from_json(&json)
    }
}
