//! The embedded engine: SQLite in WAL mode, STRICT tables, one writer and a pool of readers, `synchronous=FULL` for what
//! was acknowledged, `secure_delete` so that what is deleted is overwritten.

mod keys;
#[path = "../sql/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "the same questions to two engines: compiled once for each")]
mod sql;

pub use keys::SqliteLinkKeys;

use super::{Committed, Result, Store, StoreError, Transaction};
use crate::log::{self, Cause, Line};
use async_trait::async_trait;
use sqlx::{
    Sqlite, SqlitePool,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow as EngineRow, SqliteSynchronous,
    },
};
use std::{path::Path, time::Duration};

const READERS: u32 = 8;
const BEGIN: &str = "BEGIN IMMEDIATE";
const BUSY: Duration = Duration::from_secs(10);

/// The main store in one SQLite file.
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// One transaction on one connection.
pub struct EngineTransaction {
    connection: sqlx::Transaction<'static, Sqlite>,
    committed: Committed,
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("secure_delete", "ON")
}

async fn pool(options: SqliteConnectOptions, connections: u32) -> Result<SqlitePool> {
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options);
    Ok(pool.await?)
}

impl SqliteStore {
    /// Opens the file, making it and its tables where missing.
    ///
    /// # Errors
    /// The file cannot be opened or is no such store.
    pub async fn open(file: &Path) -> Result<Self> {
        let writer = pool(options(file), 1).await?;
        sqlx::raw_sql(include_str!("schema.sql")).execute(&writer).await?;
        // On a read-only disk all of this succeeds where the tables are there: better to say so now than at the first try.
        sqlx::query("DELETE FROM meta WHERE 0").execute(&writer).await?;
        let readers = pool(options(file).pragma("query_only", "ON"), READERS).await?;
        Ok(Self { writer, readers })
    }

    /// Opens a store that is there, only to look into it: nothing in it can be changed.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub async fn look_into(file: &Path) -> Result<Self> {
        let options =
            SqliteConnectOptions::new().filename(file).busy_timeout(BUSY).pragma("query_only", "ON");
        let readers = pool(options, 1).await?;
        Ok(Self { writer: readers.clone(), readers })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> Result<Box<dyn Transaction>> {
        let connection = self.readers.begin().await?;
        Ok(Box::new(EngineTransaction { connection, committed: Committed::default() }))
    }

    async fn write(&self) -> Result<Box<dyn Transaction>> {
        let connection = match self.writer.begin_with(BEGIN).await {
            // After a failed write (a full disk) the engine ends the transaction by itself; the driver does not notice, and
            // that connection would begin none any more.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                if let Err(error) = self.writer.acquire().await?.close().await {
                    log::write(&Line::ConnectionBroke(&Cause::from(&StoreError::from(error))));
                }
                self.writer.begin_with(BEGIN).await?
            }
            begun => begun?,
        };
        Ok(Box::new(EngineTransaction { connection, committed: Committed::default() }))
    }

    async fn scrub(&self) -> Result<()> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await?;
        Ok(())
    }

    async fn probe(&self) -> Result<()> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        // Both in one transaction: its page is written and nobody ever sees the row.
        for sql in
            ["INSERT INTO meta (name, value) VALUES ('probe', x'')", "DELETE FROM meta WHERE name = 'probe'"]
        {
            sqlx::query(sql).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
