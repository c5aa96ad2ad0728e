//! What can go wrong in every operation: the store or the vault.

use crate::{store::StoreError, vault::VaultError};

/// The store or the vault does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Lets an operation's error take up whatever the store or the vault say, in its variant `Trouble`.
macro_rules! takes_trouble {
    ($error:ty) => {
        $crate::trouble::takes_trouble!($error: $crate::trouble::Trouble, $crate::store::StoreError, $crate::vault::VaultError, sqlx::Error);
    };
    ($error:ty: $($from:ty),*) => {
        $(impl From<$from> for $error {
            fn from(error: $from) -> Self {
                Self::Trouble(error.into())
            }
        })*
    };
}
pub(crate) use takes_trouble;
