use super::Result;
use async_trait::async_trait;
use postern_protocol::{factor::FactorKind, id::LinkId, time::Timestamp};

/// A slot: what can be typed, and the factor record and content keys it opens, sealed under the link's key, or under its own
/// where it is a code's.
#[derive(Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its link.
    pub lid: LinkId,
    /// Its number, never reused on a link.
    pub number: u16,
    /// What it asks for.
    pub factor: FactorKind,
    /// 1, or 2 for a step-up.
    pub level: u8,
    /// OPAQUE suite the record was made with.
    pub suite: u8,
    /// Server setup the record was made with.
    pub setup: u32,
    /// When it goes by itself.
    pub until: Timestamp,
    /// Factor record and slot envelope.
    pub sealed: Vec<u8>,
}

/// Slots.
#[async_trait]
pub trait Slots {
    /// One slot, whether or not its time is over.
    async fn slot(&mut self, lid: &LinkId, number: u16) -> Result<Option<Slot>>;

    /// Slots open at `now`, ascending; of codes those that live and have had fewer than `code_tries` tries.
    async fn open_slots(&mut self, lid: &LinkId, code_tries: u32, now: Timestamp) -> Result<Vec<Slot>>;

    /// Adds a slot above every earlier one of its link; `false` otherwise.
    async fn insert_slot(&mut self, slot: &Slot) -> Result<bool>;

    /// Counts one evaluation under a server setup for a slot being registered; `false` if `most` are done.
    async fn count_evaluation(&mut self, lid: &LinkId, number: u16, setup: u32, most: u32) -> Result<bool>;

    /// The server setup of a slot's last evaluation; `None` if there was none.
    async fn evaluated_setup(&mut self, lid: &LinkId, number: u16) -> Result<Option<u32>>;

    /// Server setups that a slot or an evaluation of a live link names.
    async fn setups_in_use(&mut self) -> Result<Vec<u32>>;

    /// Removes the slots of a link.
    async fn drop_slots(&mut self, lid: &LinkId) -> Result<()>;

    /// Removes slots whose time is over; those of codes go with their code.
    async fn drop_slots_past(&mut self, now: Timestamp) -> Result<u64>;
}

postern_protocol::undisclosed!(Slot);
