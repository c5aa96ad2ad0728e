use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, number},
};
use crate::store::{Envelope, Envelopes, Result};
use async_trait::async_trait;
use postern_protocol::id::{LinkId, MessageId};
use sqlx::Row;

fn read(row: &EngineRow) -> Result<Envelope> {
    Ok(Envelope {
        mid: fixed(row, "mid")?,
        number: number(row, "number")?,
        level: number(row, "level")?,
        jwe: row.try_get("jwe")?,
    })
}

#[async_trait]
impl Envelopes for EngineTransaction {
    async fn envelopes(&mut self, lid: &LinkId, level: u8, after: u32) -> Result<Vec<Envelope>> {
        let query = "SELECT * FROM envelopes WHERE lid = $1 AND level <= $2 AND number > $3 ORDER BY number";
        let rows = sqlx::query(query)
            .bind(&lid.0[..])
            .bind(i64::from(level))
            .bind(i64::from(after))
            .fetch_all(&mut *self.connection)
            .await?;
        rows.iter().map(read).collect()
    }

    async fn envelope(&mut self, lid: &LinkId, mid: &MessageId) -> Result<Option<Envelope>> {
        let row = sqlx::query("SELECT * FROM envelopes WHERE lid = $1 AND mid = $2")
            .bind(&lid.0[..])
            .bind(&mid.0[..])
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn insert_envelope(&mut self, lid: &LinkId, envelope: &Envelope) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO envelopes (lid, number, mid, level, jwe)
             SELECT $1, $2, $3, $4, $5
             WHERE $2 = (SELECT coalesce(max(number), 0) + 1 FROM envelopes WHERE lid = $1)
             ON CONFLICT DO NOTHING",
        )
        .bind(&lid.0[..])
        .bind(i64::from(envelope.number))
        .bind(&envelope.mid.0[..])
        .bind(i64::from(envelope.level))
        .bind(&envelope.jwe)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn drop_envelopes(&mut self, lid: &LinkId) -> Result<()> {
        sqlx::query("DELETE FROM envelopes WHERE lid = $1")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
