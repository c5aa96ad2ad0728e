//! The embedded engine: SQLite in WAL mode, STRICT tables, one writer and a pool of readers, `synchronous=FULL` for what
//! was acknowledged, `secure_delete` so that what is deleted is overwritten.

mod audit;
mod clinics;
mod columns;
mod desk_tokens;
mod envelopes;
mod feed;
mod keys;
mod link_records;
mod links;
mod logins;
mod queues;
mod records;
mod sessions;
mod slots;

pub use keys::SqliteLinkKeys;

use super::{Committed, Epoch, KeyStoreId, Result, Store, StoreError, Transaction};
use crate::log::{self, Cause, Line};
use async_trait::async_trait;
use columns::fixed;
use postern_protocol::base64url::FixedBytes;
use sqlx::{
    Row, Sqlite, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
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
pub struct SqliteTransaction {
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
        Ok(Box::new(SqliteTransaction { connection, committed: Committed::default() }))
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
        Ok(Box::new(SqliteTransaction { connection, committed: Committed::default() }))
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

impl SqliteTransaction {
    async fn meta(&mut self, name: &str) -> Result<Option<FixedBytes<16>>> {
        let row = sqlx::query("SELECT value FROM meta WHERE name = ?1")
            .bind(name)
            .fetch_optional(&mut *self.connection)
            .await?;
        row.map(|row| fixed(&row, "value")).transpose()
    }

    async fn set_meta(&mut self, name: &str, value: &FixedBytes<16>) -> Result<()> {
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        )
        .bind(name)
        .bind(&value.0[..])
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }
}

#[async_trait]
impl Transaction for SqliteTransaction {
    async fn epoch(&mut self) -> Result<Option<Epoch>> {
        self.meta("epoch").await
    }

    async fn set_epoch(&mut self, epoch: &Epoch) -> Result<()> {
        self.set_meta("epoch", epoch).await
    }

    async fn key_store(&mut self) -> Result<Option<KeyStoreId>> {
        self.meta("key-store").await
    }

    async fn set_key_store(&mut self, id: &KeyStoreId) -> Result<()> {
        self.set_meta("key-store", id).await
    }

    async fn commit(self: Box<Self>) -> Result<Committed> {
        self.connection.commit().await?;
        Ok(self.committed)
    }
}

/// Whether a row came back with a truth in its first column.
fn truth(row: &sqlx::sqlite::SqliteRow) -> Result<bool> {
    Ok(row.try_get::<i64, _>(0)? != 0)
}
