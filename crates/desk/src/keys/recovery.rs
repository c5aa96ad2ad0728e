//! The vault's recovery copy: the data key that every sealed value of the store is under, whatever unlocks it from day to day.
//! It changes with neither passphrase nor key file, so one printed copy stays good as long as the desk. Without a backup of the
//! store it opens nothing.

use crate::{
    desk::{Desk, STORE_FILE},
    ledger::{self, Actor, BY, Entry},
    rng::SharedRng,
    store::{Store, StoreError},
    trouble::{Trouble, takes_trouble},
    vault::{Place, Unlock, Vault, VaultHeader},
};
use postern_protocol::time::{Clock, Timestamp};
use std::path::Path;
use zeroize::Zeroizing;

const PRINTED: &str = "recovery-copy-printed";

/// The vault was not given another key.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// No store in the folder.
    #[error("there is no desk.sqlite in {0}: put the one from the backup there first")]
    NoStore(String),
    /// The recovery copy is another desk's.
    #[error("this recovery copy is not of this store")]
    OtherStore,
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(RestoreError);

impl Desk {
    /// The key to print; the ledger says that it was.
    ///
    /// # Errors
    /// Not the vault's key; store or vault.
    pub async fn print_recovery(&self, unlock: &Unlock) -> Result<Zeroizing<[u8; 32]>, Trouble> {
        let key = Vault::data_key(unlock, &VaultHeader::read(&self.store).await?)?;
        let mut write = self.store.write().await?;
        let what = serde_json::Value::Null;
        let entry = self.staff_entry(self.now(), PRINTED, None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(key)
    }

    /// When it was last printed.
    ///
    /// # Errors
    /// The store fails.
    pub async fn recovery_printed(&self) -> Result<Option<Timestamp>, Trouble> {
        let at: Option<i64> = sqlx::query_scalar("SELECT max(at) FROM ledger WHERE kind = ?")
            .bind(PRINTED)
            .fetch_one(self.store.read())
            .await?;
        Ok(at.map(Timestamp))
    }

    /// Gives a store from a backup a new key file or passphrase, with the recovery copy. What unlocked it before does so no more.
    /// `staff` is who gives the command.
    ///
    /// # Errors
    /// No store, another store's copy, a key file or passphrase that cannot be used.
    pub async fn restore_vault(
        state: &Path,
        key: &[u8; 32],
        unlock: &Unlock,
        clock: &dyn Clock,
        mut rng: SharedRng,
        staff: &str,
    ) -> Result<(), RestoreError> {
        let no_store = || RestoreError::NoStore(state.display().to_string());
        let file = state.join(STORE_FILE);
        if !file.is_file() {
            return Err(no_store());
        }
        let store = Store::open(&file).await?;
        let desk_key: Option<Vec<u8>> = sqlx::query_scalar("SELECT desk_key FROM clinic WHERE id = 1")
            .fetch_optional(store.read())
            .await?;
        let desk_key = desk_key.ok_or_else(no_store)?;
        let vault = Vault::from_data_key(key);
        vault.open(Place::new("clinic", "desk_key", "1"), &desk_key).map_err(|_| RestoreError::OtherStore)?;
        let header = Vault::wrap(unlock, &mut rng, key)?;
        let mut write = store.write().await?;
        header.keep(&mut write).await?;
        let what = serde_json::json!({ "vault": header.kind, BY: staff });
        let entry = Entry { at: clock.now(), actor: Actor::Staff, kind: "vault-restored", lid: None, what };
        ledger::append(&mut write, &vault, &mut rng, entry).await?;
        write.commit().await?;
        store.forget().await?;
        store.close().await;
        Ok(())
    }
}

impl VaultHeader {
    pub(crate) async fn read(store: &Store) -> Result<Self, StoreError> {
        type Row = (String, Vec<u8>, u32, u32, u32, Vec<u8>);
        let (kind, salt, memory_kib, passes, lanes, wrapped): Row =
            sqlx::query_as("SELECT kind, salt, memory_kib, passes, lanes, wrapped FROM vault WHERE id = 1")
                .fetch_one(store.read())
                .await?;
        let stretch = crate::vault::passphrase::Stretch { salt, memory_kib, passes, lanes };
        Ok(Self { kind, stretch, wrapped })
    }

    /// Writes it over whatever stood there.
    pub(crate) async fn keep(&self, connection: &mut crate::store::Connection) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT OR REPLACE INTO vault (id, kind, salt, memory_kib, passes, lanes, wrapped)
             VALUES (1, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&self.kind)
        .bind(&self.stretch.salt)
        .bind(self.stretch.memory_kib)
        .bind(self.stretch.passes)
        .bind(self.stretch.lanes)
        .bind(&self.wrapped)
        .execute(connection)
        .await?;
        Ok(())
    }
}
