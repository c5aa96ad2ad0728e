use super::Result;
use async_trait::async_trait;
use postern_protocol::{
    id::{ClinicId, LinkId, RecordId},
    time::Timestamp,
    wire::desk_feed::{FeedEvent, FeedWhat},
};

/// An event to be told to a clinic's desk.
#[derive(Clone)]
pub enum NewEvent<'a> {
    /// A record that was just inserted; its text is taken from there.
    Record(&'a RecordId),
    /// Anything else.
    Other(&'a FeedWhat),
}

/// The feed of each clinic.
#[async_trait]
pub trait Feed {
    /// Appends an event; gives its number, which only grows.
    async fn feed(
        &mut self,
        clinic: &ClinicId,
        lid: &LinkId,
        event: NewEvent<'_>,
        at: Timestamp,
    ) -> Result<u64>;

    /// Events after `after`, ascending, at most `limit`.
    async fn feed_after(&mut self, clinic: &ClinicId, after: u64, limit: u32) -> Result<Vec<FeedEvent>>;

    /// The desk holds everything up to `after`: notes when each event was passed. The cursor never goes back.
    async fn pass_feed(&mut self, clinic: &ClinicId, after: u64, now: Timestamp) -> Result<()>;

    /// Removes events passed before a moment, and the sealed text of their records.
    async fn drop_feed_passed(&mut self, before: Timestamp) -> Result<u64>;

    /// Every later event of every clinic has a number above `above`.
    async fn raise_feed_numbers(&mut self, above: u64) -> Result<()>;
}

postern_protocol::undisclosed!(NewEvent<'_>);
