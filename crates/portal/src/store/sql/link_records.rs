use super::EngineTransaction;
use crate::store::{LinkRecords, Result, Stored};
use async_trait::async_trait;
use postern_protocol::{digest::Digest, id::LinkId, time::Timestamp};

#[async_trait]
impl LinkRecords for EngineTransaction {
    async fn note_link_record(
        &mut self,
        lid: &LinkId,
        sha256: &Digest,
        at: Timestamp,
        most: u32,
    ) -> Result<Stored> {
        let known = sqlx::query("SELECT 1 FROM link_records WHERE lid = $1 AND sha256 = $2")
            .bind(&lid.0[..])
            .bind(&sha256.0[..])
            .fetch_optional(&mut *self.connection)
            .await?;
        if known.is_some() {
            return Ok(Stored::Repeated);
        }
        let done = sqlx::query(
            "INSERT INTO link_records (lid, sha256, received)
             SELECT $1, $2, $3 WHERE (SELECT count(*) FROM link_records WHERE lid = $1) < $4",
        )
        .bind(&lid.0[..])
        .bind(&sha256.0[..])
        .bind(at.0)
        .bind(i64::from(most))
        .execute(&mut *self.connection)
        .await?;
        Ok(if done.rows_affected() == 1 { Stored::New } else { Stored::Full })
    }
}
