//! `portal.json`: what is fixed when the portal is made.

use crate::{
    folder::StateFolder,
    portal::PortalError,
    store::{AddressError, Engine, StoreAddress, StorePassword},
};
use serde::{Deserialize, Serialize};
use std::{fs, path::PathBuf};

/// Where the stores of a portal of many nodes are. Never the one without the other: a store that many nodes reach, with link keys that
/// only one reaches, would break promise 5 (docs/POSTGRES.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedStores {
    /// The main store's database.
    #[serde(with = "address")]
    pub store: StoreAddress,
    /// The folder of the link keys, the same for every node. It must be there.
    pub link_keys: PathBuf,
}

/// What is fixed when the portal is made.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    version: u32,
    /// `https://HOST`.
    pub origin: String,
    /// Where the stores are, if not in the state folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<SharedStores>,
}

impl Settings {
    /// Of a new portal.
    pub fn new(origin: &str, shared: Option<SharedStores>) -> Self {
        Self { version: 1, origin: origin.trim_end_matches('/').to_owned(), shared }
    }

    /// Of the portal in a folder.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn read(folder: &StateFolder) -> Result<Self, PortalError> {
        serde_json::from_slice(&fs::read(folder.settings())?).map_err(|_| PortalError::Settings)
    }

    /// Where the stores are.
    ///
    /// # Errors
    /// The store's address is none.
    pub fn engine(
        &self,
        folder: &StateFolder,
        password: Option<&StorePassword>,
    ) -> Result<Engine, AddressError> {
        Ok(match &self.shared {
            None => Engine::Embedded { store: folder.store(), link_keys: folder.link_keys() },
            Some(SharedStores { store, link_keys }) => {
                Engine::Shared { store: Box::new(store.options(password)?), link_keys: link_keys.clone() }
            }
        })
    }
}

mod address {
    use super::StoreAddress;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(address: &StoreAddress, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(address.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<StoreAddress, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
