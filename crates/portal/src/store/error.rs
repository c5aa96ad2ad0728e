use std::{error::Error, io};

/// What a store operation gives.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why a store operation failed. The words are for logs; nothing of a row is in them.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine failed: full disk, lost connection, broken constraint.
    #[error("the store's engine failed")]
    Engine(#[source] Box<dyn Error + Send + Sync>),
    /// A stored value does not have its form: somebody else wrote to the store.
    #[error("the store holds an inconsistent {0}")]
    Inconsistent(&'static str),
    /// What the store stands on cannot keep what is promised.
    #[error("the store cannot be relied on: {0}")]
    Unfit(&'static str),
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(Box::new(error))
    }
}
