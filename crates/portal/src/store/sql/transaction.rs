use super::{EngineTransaction, columns::fixed};
use crate::store::{Committed, Epoch, KeyStoreId, Result, Transaction};
use async_trait::async_trait;
use postern_protocol::base64url::FixedBytes;

impl EngineTransaction {
    async fn meta(&mut self, name: &str) -> Result<Option<FixedBytes<16>>> {
        let row = sqlx::query("SELECT value FROM meta WHERE name = $1")
            .bind(name)
            .fetch_optional(&mut *self.connection)
            .await?;
        row.map(|row| fixed(&row, "value")).transpose()
    }

    async fn set_meta(&mut self, name: &str, value: &FixedBytes<16>) -> Result<()> {
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
        )
        .bind(name)
        .bind(&value.0[..])
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }
}

#[async_trait]
impl Transaction for EngineTransaction {
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
