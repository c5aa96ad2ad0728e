//! The desk: its state folder, its vault, its keys.
//!
//! ```text
//! STATE/desk.sqlite   the store
//! STATE/vault.key     the vault's key, where it is not elsewhere or a passphrase
//! STATE/outbox/       texts handed to the file transport
//! STATE/send.lock     held while a text is on its way, so that none goes twice
//! ```

use crate::{
    clinic::Clinic,
    enrolment::Enrolment,
    rng::SharedRng,
    store::{Store, StoreError},
    trouble::{Trouble, takes_trouble},
    vault::{Place, Unlock, Vault, VaultHeader},
};
use postern_protocol::{
    digest::Digest,
    keys::{ClinicKeyPair, PublicKey, SigningKeyPair},
    time::{Clock, Timestamp},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The store's file in the state folder.
pub const STORE_FILE: &str = "desk.sqlite";
/// The vault's key file in the state folder.
pub const KEY_FILE: &str = "vault.key";

/// An open desk. Clones share everything.
#[derive(Clone)]
pub struct Desk {
    pub(crate) state: PathBuf,
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) clinic: Arc<Clinic>,
    pub(crate) signing: SigningKeyPair,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: SharedRng,
    pub(crate) staff: Arc<str>,
}

/// Whoever did not say their name.
const UNNAMED: &str = "staff";

/// A desk cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no desk in the folder.
    #[error("there is no desk in {0}: make one with `postern desk init`")]
    NoDesk(String),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}

takes_trouble!(OpenError);

impl Desk {
    /// Opens the desk of a state folder.
    ///
    /// # Errors
    /// No desk there, another key than the vault's, a store that fails.
    pub async fn open(
        state: &Path,
        unlock: &Unlock,
        clock: Arc<dyn Clock>,
        rng: SharedRng,
    ) -> Result<Self, OpenError> {
        let no_desk = || OpenError::NoDesk(state.display().to_string());
        let file = state.join(STORE_FILE);
        if !file.is_file() {
            return Err(no_desk());
        }
        let store = Store::open(&file).await?;
        let made: i64 = sqlx::query_scalar("SELECT count(*) FROM vault").fetch_one(store.read()).await?;
        if made == 0 {
            return Err(no_desk());
        }
        let vault = Vault::unlock(unlock, &VaultHeader::read(&store).await?)?;
        let (settings, desk_key): (String, Vec<u8>) =
            sqlx::query_as("SELECT settings, desk_key FROM clinic WHERE id = 1")
                .fetch_one(store.read())
                .await?;
        let clinic =
            serde_json::from_str(&settings).map_err(|_| StoreError::Inconsistent("clinic.settings"))?;
        let desk_key = vault.open(Place::new("clinic", "desk_key", "1"), &desk_key)?;
        let signing =
            desk_key.as_slice().try_into().ok().and_then(|bytes| SigningKeyPair::from_bytes(bytes).ok());
        let signing = signing.ok_or(StoreError::Inconsistent("clinic.desk_key"))?;
        let desk = Self {
            state: state.to_owned(),
            store,
            vault,
            clinic: Arc::new(clinic),
            signing,
            clock,
            rng,
            staff: UNNAMED.into(),
        };
        desk.carry_over_numbers().await?;
        Ok(desk)
    }

    /// As given commands by this member of staff: their name or id stands on every line of the ledger that comes of it.
    #[must_use]
    pub fn acting_for(self, staff: &str) -> Self {
        Self { staff: staff.trim().into(), ..self }
    }

    /// Its state folder.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Its clinic.
    pub fn clinic(&self) -> &Clinic {
        &self.clinic
    }

    /// The present moment by the desk's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What the portal is told about this clinic.
    pub fn enrolment(&self) -> Enrolment {
        Enrolment {
            clinic: self.clinic.public.clone(),
            host: self.clinic.host.clone(),
            desk_key: self.signing.public(),
        }
    }

    /// Closes the store.
    pub async fn shut(&self) {
        self.store.close().await;
    }

    pub(crate) fn rng(&self) -> SharedRng {
        self.rng.clone()
    }

    /// The key that answers are sealed to now.
    pub(crate) async fn clinic_key(&self) -> Result<PublicKey, Trouble> {
        let thumbprint: String = sqlx::query_scalar(
            "SELECT thumbprint FROM clinic_key WHERE retired_at IS NULL ORDER BY made_at DESC, rowid DESC LIMIT 1",
        )
        .fetch_one(self.store.read())
        .await?;
        let pair = self.clinic_key_pair(&thumbprint).await?;
        Ok(pair.ok_or(StoreError::Inconsistent("clinic_key.private"))?.public())
    }

    /// A key pair by its thumbprint, retired ones too.
    pub(crate) async fn clinic_key_pair(&self, thumbprint: &str) -> Result<Option<ClinicKeyPair>, Trouble> {
        let sealed: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT private FROM clinic_key WHERE thumbprint = ? AND destroyed_at IS NULL",
        )
        .bind(thumbprint)
        .fetch_optional(self.store.read())
        .await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let bytes = self.vault.open(Place::new("clinic_key", "private", thumbprint), &sealed)?;
        let pair = bytes.as_slice().try_into().ok().and_then(|bytes| ClinicKeyPair::from_bytes(bytes).ok());
        Ok(Some(pair.ok_or(StoreError::Inconsistent("clinic_key.private"))?))
    }

    /// All clinic keys that still exist.
    pub(crate) async fn clinic_key_pairs(&self) -> Result<Vec<(Digest, ClinicKeyPair)>, Trouble> {
        let thumbprints: Vec<String> = sqlx::query_scalar(
            "SELECT thumbprint FROM clinic_key WHERE destroyed_at IS NULL ORDER BY made_at",
        )
        .fetch_all(self.store.read())
        .await?;
        let mut pairs = Vec::with_capacity(thumbprints.len());
        for thumbprint in thumbprints {
            let pair = self.clinic_key_pair(&thumbprint).await?;
            let pair = pair.ok_or(StoreError::Inconsistent("clinic_key.private"))?;
            pairs.push((pair.public().thumbprint(), pair));
        }
        Ok(pairs)
    }
}
