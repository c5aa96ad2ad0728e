use super::Result;
use async_trait::async_trait;
use postern_protocol::{digest::Digest, id::LinkId, time::Timestamp};

/// What became of a link record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is new.
    New,
    /// The same bytes came before.
    Repeated,
    /// The link has taken as many as it may.
    Full,
}

/// Link records: only their hashes, so that a repeated one reaches the desk once.
#[async_trait]
pub trait LinkRecords {
    /// Notes the hash of a link record.
    async fn note_link_record(
        &mut self,
        lid: &LinkId,
        sha256: &Digest,
        at: Timestamp,
        most: u32,
    ) -> Result<Stored>;
}
