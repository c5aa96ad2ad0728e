use super::EngineTransaction;
use crate::store::{DeskTokens, Result};
use async_trait::async_trait;
use postern_protocol::{digest::Digest, id::ClinicId, time::Timestamp};

#[async_trait]
impl DeskTokens for EngineTransaction {
    async fn note_desk_token(
        &mut self,
        clinic: &ClinicId,
        jti_sha256: &Digest,
        until: Timestamp,
    ) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO desk_tokens (clinic, jti_sha256, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(clinic.as_str())
        .bind(&jti_sha256.0[..])
        .bind(until.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn drop_desk_tokens_past(&mut self, now: Timestamp) -> Result<u64> {
        let done = sqlx::query("DELETE FROM desk_tokens WHERE until < $1")
            .bind(now.0)
            .execute(&mut *self.connection)
            .await?;
        Ok(done.rows_affected())
    }
}
