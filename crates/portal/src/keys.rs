//! The operator's commands on the long-term keys. They change the key file; a running portal works with the keys of its start
//! until it is started again.

use crate::{
    folder::{AuditMark, KeyFile, KeyFileError, StateFolder},
    inspect::Inspection,
    portal::PortalError,
    sealing::Key,
    store::{Actor, AuditEntry, Event, Outcome},
};
use postern_protocol::{digest::Digest, keys::PublicKey, time::Timestamp};
use rand_core::{CryptoRng, RngCore};
use serde::Serialize;
use std::path::Path;

/// What can be told of the keys: no secret.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeysShown {
    /// Signs receipts.
    pub signing: Digest,
    /// Will sign them; pinned ahead.
    pub signing_next: Digest,
    /// Signed them once; still published.
    pub retired: Vec<RetiredShown>,
    /// New records are made under this OPAQUE setup.
    pub setup: u32,
    /// Every setup, and how many slots of live links are under it.
    pub setups: Vec<SetupShown>,
    /// When the recovery copy was last printed.
    pub recovery_printed: Option<Timestamp>,
    /// `keys.sealed` opens with the recovery copy and holds the keys as they are.
    pub sealed_copy_fits: bool,
}

/// A retired signing key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetiredShown {
    /// Its thumbprint.
    pub key: Digest,
    /// When it was retired.
    pub at: Timestamp,
}

/// An OPAQUE setup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetupShown {
    /// Its id.
    pub id: u32,
    /// A slot names it.
    pub in_use: bool,
}

impl Inspection {
    /// The keys, as far as they may be told.
    ///
    /// # Errors
    /// The key file's or the store's.
    pub async fn keys(&self) -> Result<KeysShown, PortalError> {
        let file = KeyFile::read(&self.folder.keys())?;
        let ring = file.ring()?;
        let pins = ring.pins();
        let in_use = self.setups_in_use().await?;
        let (ids, setup) = file.setup_ids();
        let thumbprint = |key: &PublicKey| key.thumbprint();
        Ok(KeysShown {
            signing: thumbprint(&pins[0]),
            signing_next: thumbprint(&pins[1]),
            retired: ring
                .retired()
                .iter()
                .map(|retired| RetiredShown { key: thumbprint(&retired.key), at: retired.at })
                .collect(),
            setup,
            setups: ids.into_iter().map(|id| SetupShown { id, in_use: in_use.contains(&id) }).collect(),
            recovery_printed: file.recovery().map(|recovery| recovery.printed),
            sealed_copy_fits: self.sealed_copy_fits(&file),
        })
    }

    fn sealed_copy_fits(&self, file: &KeyFile) -> bool {
        let Some(recovery) = file.recovery() else { return false };
        let copy = KeyFile::unseal(&self.folder, &Key::new(recovery.key.0));
        let same = |copy: KeyFile| Ok::<_, KeyFileError>(*copy.to_json()? == *file.to_json()?);
        copy.and_then(same).unwrap_or(false)
    }

    /// The keys that a desk pins: the one in use, then the next.
    ///
    /// # Errors
    /// The key file's.
    pub fn pins(&self) -> Result<Vec<PublicKey>, PortalError> {
        Ok(KeyFile::read(&self.folder.keys())?.ring()?.pins())
    }

    /// The next signing key comes into use and another is made ready, from the next start on. Gives what desks pin then.
    ///
    /// # Errors
    /// The next one is too young to be known everywhere, unless `at_once`; the key file's.
    pub async fn rotate_signing(
        &self,
        rng: &mut (impl CryptoRng + RngCore),
        at: Timestamp,
        at_once: bool,
    ) -> Result<Vec<PublicKey>, PortalError> {
        let mut keys = KeyFile::read(&self.folder.keys())?;
        keys.rotate_signing(rng, at, at_once)?;
        keys.keep(&self.folder, rng)?;
        self.note(Event::SigningKeyRotated, at).await?;
        Ok(keys.ring()?.pins())
    }

    /// Records are made under a new server setup from the next start on; setups that no slot names any more are destroyed. Gives
    /// the new one's id.
    ///
    /// # Errors
    /// The key file's or the store's.
    pub async fn new_setup(
        &self,
        rng: &mut (impl CryptoRng + RngCore),
        at: Timestamp,
    ) -> Result<u32, PortalError> {
        let in_use = self.setups_in_use().await?;
        let mut keys = KeyFile::read(&self.folder.keys())?;
        let id = keys.new_setup(rng, &in_use);
        keys.keep(&self.folder, rng)?;
        self.note(Event::SetupMade, at).await?;
        Ok(id)
    }

    /// The key to print as the recovery copy, the same each time; writes `keys.sealed`, which it opens.
    ///
    /// # Errors
    /// The key file's.
    pub async fn print_recovery(
        &self,
        rng: &mut (impl CryptoRng + RngCore),
        at: Timestamp,
    ) -> Result<Key, PortalError> {
        let mut keys = KeyFile::read(&self.folder.keys())?;
        let key = keys.print_recovery(rng, at);
        keys.keep(&self.folder, rng)?;
        self.note(Event::RecoveryCopyPrinted, at).await?;
        Ok(key)
    }

    /// A row of the audit log, where there is one yet.
    async fn note(&self, event: Event, at: Timestamp) -> Result<(), PortalError> {
        match self.store().await {
            Err(PortalError::NoStore) => return Ok(()),
            store => store?.close().await,
        }
        let store = self.engine()?.open_store().await?;
        let mut write = store.write().await?;
        write
            .audit(AuditEntry { at, actor: Actor::System, lid: None, event, outcome: Outcome::Done })
            .await?;
        if let Some(head) = write.commit().await?.audit {
            AuditMark::read(&self.folder.audit_head())?.advance(head)?;
        }
        store.close().await;
        Ok(())
    }

    async fn setups_in_use(&self) -> Result<Vec<u32>, PortalError> {
        let store = match self.store().await {
            // Nothing was ever sent.
            Err(PortalError::NoStore) => return Ok(Vec::new()),
            store => store?,
        };
        let in_use = store.read().await?.setups_in_use().await;
        store.close().await;
        Ok(in_use?)
    }
}

/// Writes the key file of a folder again from its `keys.sealed`. A key file that is there is left as it is.
///
/// # Errors
/// There are keys already, no sealed copy, or the key is another's.
pub fn restore(folder: &Path, key: &Key) -> Result<(), PortalError> {
    let folder = StateFolder::new(folder);
    Ok(KeyFile::unseal(&folder, key)?.create(&folder.keys())?)
}
