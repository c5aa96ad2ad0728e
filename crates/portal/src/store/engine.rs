use super::{
    KeyStoreId, LinkKeyStore, Result, Store,
    key_folder::FolderLinkKeys,
    postgres::PostgresStore,
    sqlite::{SqliteLinkKeys, SqliteStore},
};
use rand_core::{CryptoRng, RngCore};
use sqlx::postgres::PgConnectOptions;
use std::{path::PathBuf, sync::Arc};

/// Where a portal's two stores are: the two combinations in which a recall destroys the link's key (docs/POSTGRES.md).
pub enum Engine {
    /// Both are files of the state folder.
    Embedded {
        /// The main store.
        store: PathBuf,
        /// The link keys.
        link_keys: PathBuf,
    },
    /// Both are reached by many nodes.
    Shared {
        /// The main store's database.
        store: Box<PgConnectOptions>,
        /// The folder of the link keys.
        link_keys: PathBuf,
    },
}

impl Engine {
    /// Opens the main store, making it where missing.
    ///
    /// # Errors
    /// It cannot be opened, or is none.
    pub async fn open_store(&self) -> Result<Arc<dyn Store>> {
        Ok(match self {
            Self::Embedded { store, .. } => Arc::new(SqliteStore::open(store).await?),
            Self::Shared { store, .. } => Arc::new(PostgresStore::open((**store).clone()).await?),
        })
    }

    /// Opens the link keys, making their store where missing.
    ///
    /// # Errors
    /// It cannot be opened, or is none.
    pub async fn open_link_keys(
        &self,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Arc<dyn LinkKeyStore>> {
        Ok(match self {
            Self::Embedded { link_keys, .. } => Arc::new(SqliteLinkKeys::open(link_keys).await?),
            Self::Shared { link_keys, .. } => Arc::new(FolderLinkKeys::open(link_keys, rng)?),
        })
    }

    /// The name of the link keys where they lie apart, as it is found there now.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn look_at_link_keys(&self) -> Result<Option<KeyStoreId>> {
        match self {
            Self::Embedded { .. } => Ok(None),
            Self::Shared { link_keys, .. } => FolderLinkKeys::name_of(link_keys),
        }
    }

    /// Opens the main store only to look into it; `None` where there is none yet.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn look_into(&self) -> Result<Option<Arc<dyn Store>>> {
        Ok(match self {
            Self::Embedded { store, .. } if !store.is_file() => None,
            Self::Embedded { store, .. } => Some(Arc::new(SqliteStore::look_into(store).await?)),
            Self::Shared { store, .. } => {
                let store = PostgresStore::look_into((**store).clone()).await?;
                store.map(|store| Arc::new(store) as Arc<dyn Store>)
            }
        })
    }
}
