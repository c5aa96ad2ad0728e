use super::{Epoch, Result};
use async_trait::async_trait;
use postern_protocol::{
    digest::Digest,
    id::{ClinicId, LinkId, RecordId},
    time::Timestamp,
    wire::verify::OwnCopy,
};

/// A sealed answer with its receipt.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Its link.
    pub lid: LinkId,
    /// Whose link.
    pub clinic: ClinicId,
    /// Its id.
    pub rid: RecordId,
    /// The epoch it was taken in.
    pub epoch: Epoch,
    /// Its number on the link in that epoch, from 1.
    pub seq: u32,
    /// SHA-256 of the sealed record.
    pub sha256: Digest,
    /// SHA-256 of the patient's own copy.
    pub own_sha256: Digest,
    /// `postern-record+jwe`.
    pub jwe: String,
    /// `postern-receipt+jwt`.
    pub receipt: String,
    /// When it came.
    pub received: Timestamp,
}

/// The newest receipt of a link.
#[derive(Clone, PartialEq, Eq)]
pub struct LastReceipt {
    /// The epoch it was given in.
    pub epoch: Epoch,
    /// Its number in that epoch.
    pub seq: u32,
    /// The compact receipt.
    pub receipt: String,
}

/// Records, receipts and own copies.
#[async_trait]
pub trait Records {
    /// The record of an id: hashes and receipt stay as long as the link; `jwe` is empty once it was deleted.
    async fn record(&mut self, lid: &LinkId, rid: &RecordId) -> Result<Option<Record>>;

    /// The newest receipt.
    async fn last_receipt(&mut self, lid: &LinkId) -> Result<Option<LastReceipt>>;

    /// All receipts in the order they were given.
    async fn receipts(&mut self, lid: &LinkId) -> Result<Vec<String>>;

    /// Adds a record.
    async fn insert_record(&mut self, record: &Record) -> Result<()>;

    /// Own copies up to a level, in the order they were stored.
    async fn own_copies(&mut self, lid: &LinkId, level: u8) -> Result<Vec<OwnCopy>>;

    /// Adds an own copy.
    async fn insert_own_copy(&mut self, lid: &LinkId, own: &OwnCopy) -> Result<()>;

    /// Removes the own copies of a link.
    async fn drop_own_copies(&mut self, lid: &LinkId) -> Result<()>;
}

postern_protocol::undisclosed!(Record, LastReceipt);
