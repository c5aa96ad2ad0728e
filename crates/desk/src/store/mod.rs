//! The desk's store: one SQLite file in the state folder. What is overwritten is overwritten in the file too
//! (`secure_delete`), and [`Store::forget`] empties the write-ahead log after a secret was wiped.

use sqlx::{
    Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, time::Duration};

/// The store does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite or the driver failed.
    #[error("the desk's store failed")]
    Driver(#[from] sqlx::Error),
    /// The store is of a version this program does not know.
    #[error("the desk's store cannot be brought to this version")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value is not what was written there.
    #[error("the desk's store holds a value in {0} that it cannot have written")]
    Inconsistent(&'static str),
    /// The folder or a file in it cannot be used.
    #[error("the state folder cannot be used: {path}")]
    Folder {
        /// The folder or file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

const CONNECTIONS: u32 = 4;
const BEGIN: &str = "BEGIN IMMEDIATE";

/// An open store.
#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
}

/// A transaction that may write: it takes the one writer's place at once, so that it never fails half-way for it.
pub type Write = Transaction<'static, Sqlite>;

impl Store {
    /// Opens the store, making it where it is missing.
    ///
    /// # Errors
    /// The file cannot be used, or is of a later version.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("secure_delete", "ON");
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
        sqlx::migrate!("./migrations").run(&pool).await?;
        // On a read-only disk all of this succeeds where nothing is to migrate: better to say so now.
        sqlx::query("DELETE FROM feed WHERE 0").execute(&pool).await?;
        Ok(Self { pool })
    }

    /// Begins to write.
    ///
    /// # Errors
    /// The store is busy for longer than ten seconds, or fails.
    pub async fn write(&self) -> Result<Write, StoreError> {
        for _ in 0..CONNECTIONS {
            match self.pool.begin_with(BEGIN).await {
                Err(sqlx::Error::InvalidSavePointStatement) => self.discard_broken().await,
                begun => return Ok(begun?),
            }
        }
        Ok(self.pool.begin_with(BEGIN).await?)
    }

    /// After a failed write (a full disk) the engine ends the transaction by itself; the driver does not notice, and that
    /// connection would begin none any more.
    async fn discard_broken(&self) {
        let mut sound = Vec::new();
        while let Some(connection) = self.pool.try_acquire() {
            if connection.is_in_transaction() {
                // It is gone from the pool, whether it closed cleanly or not.
                let _ = connection.close().await;
            } else {
                sound.push(connection);
            }
        }
    }

    /// For reading.
    pub fn read(&self) -> &SqlitePool {
        &self.pool
    }

    /// Empties the write-ahead log, so that what was just wiped is in no file any more. A reader elsewhere can hold it up;
    /// the next call makes up for it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn forget(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// What one connection of a transaction is called in signatures.
pub type Connection = SqliteConnection;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_ledger_can_neither_be_changed_nor_shortened() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("desk.sqlite")).await.unwrap();
        let line = "INSERT INTO ledger (at, actor, kind) VALUES (1, 'desk', 'initialised')";
        sqlx::query(line).execute(store.read()).await.unwrap();
        assert!(sqlx::query("UPDATE ledger SET at = 2").execute(store.read()).await.is_err());
        assert!(sqlx::query("DELETE FROM ledger").execute(store.read()).await.is_err());
    }
}
