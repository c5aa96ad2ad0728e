use super::{options, pool};
use crate::{
    sealing::Key,
    store::{KeyStoreId, LinkKeyStore, Result, StoreError},
};
use async_trait::async_trait;
use postern_protocol::id::LinkId;
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};
use std::path::Path;

/// The link keys in a SQLite file of their own.
///
/// One connection: a truncating checkpoint waits for every other reader, and there is none.
pub struct SqliteLinkKeys {
    connection: SqlitePool,
}

impl SqliteLinkKeys {
    /// Opens the file, making it and its table where missing.
    ///
    /// # Errors
    /// The file cannot be opened or is no such store.
    pub async fn open(file: &Path) -> Result<Self> {
        let connection = pool(options(file), 1).await?;
        sqlx::query("CREATE TABLE IF NOT EXISTS link_keys (lid BLOB PRIMARY KEY, key BLOB NOT NULL) STRICT")
            .execute(&connection)
            .await?;
        Ok(Self { connection })
    }
}

fn key(row: &SqliteRow) -> Result<Key> {
    let bytes: &[u8] = row.try_get("key")?;
    bytes.try_into().map(Key::new).map_err(|_| StoreError::Inconsistent("key"))
}

#[async_trait]
impl LinkKeyStore for SqliteLinkKeys {
    async fn put_if_absent(&self, lid: &LinkId, fresh: &Key) -> Result<Key> {
        sqlx::query("INSERT INTO link_keys (lid, key) VALUES (?1, ?2) ON CONFLICT (lid) DO NOTHING")
            .bind(&lid.0[..])
            .bind(&fresh[..])
            .execute(&self.connection)
            .await?;
        self.get(lid).await?.ok_or(StoreError::Inconsistent("key"))
    }

    async fn get(&self, lid: &LinkId) -> Result<Option<Key>> {
        let row = sqlx::query("SELECT key FROM link_keys WHERE lid = ?1")
            .bind(&lid.0[..])
            .fetch_optional(&self.connection)
            .await?;
        row.as_ref().map(key).transpose()
    }

    async fn destroy(&self, lid: &LinkId) -> Result<()> {
        let mut connection = self.connection.acquire().await?;
        sqlx::query("UPDATE link_keys SET key = zeroblob(32) WHERE lid = ?1")
            .bind(&lid.0[..])
            .execute(&mut *connection)
            .await?;
        sqlx::query("DELETE FROM link_keys WHERE lid = ?1")
            .bind(&lid.0[..])
            .execute(&mut *connection)
            .await?;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await?;
        // First column: 1 if another process held the file and the log was not truncated.
        if row.try_get::<i64, _>(0)? == 0 { Ok(()) } else { Err(StoreError::Inconsistent("checkpoint")) }
    }

    async fn probe(&self) -> Result<()> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        // Both in one transaction: its page is written and nobody ever sees the row.
        for sql in
            ["INSERT INTO link_keys (lid, key) VALUES (x'', x'')", "DELETE FROM link_keys WHERE lid = x''"]
        {
            sqlx::query(sql).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    fn id(&self) -> Option<KeyStoreId> {
        None
    }

    async fn close(&self) {
        self.connection.close().await;
    }
}
