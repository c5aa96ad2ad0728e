use super::Result;
use async_trait::async_trait;
use postern_protocol::{digest::Digest, id::ClinicId, time::Timestamp};

/// Ids of desk tokens that were used.
#[async_trait]
pub trait DeskTokens {
    /// Notes a token's id (its hash, so that its length is bounded); `false` if it was used before.
    async fn note_desk_token(
        &mut self,
        clinic: &ClinicId,
        jti_sha256: &Digest,
        until: Timestamp,
    ) -> Result<bool>;

    /// Forgets tokens that no longer hold.
    async fn drop_desk_tokens_past(&mut self, now: Timestamp) -> Result<u64>;
}
