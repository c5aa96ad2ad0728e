use super::Result;
use async_trait::async_trait;
use postern_protocol::{
    digest::Digest,
    error_code::ErrorCode,
    factor::Policy,
    id::{ClinicId, LinkId},
    time::Timestamp,
};

/// A link as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub lid: LinkId,
    /// Whose it is.
    pub clinic: ClinicId,
    /// What its first level asks for.
    pub policy: Policy,
    /// SHA-256 of the claim.
    pub claim_sha256: Digest,
    /// As stored; [`Link::standing`] is what holds now.
    pub state: LinkState,
    /// Tries counted.
    pub tries: Tries,
    /// Its one unlock was used.
    pub unlocked: bool,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// The highest slot that has held a record; 0 for none.
    pub highest_slot: u16,
    /// Records it has taken.
    pub records: u32,
    /// Bytes it holds.
    pub bytes: u64,
}

/// Stored state of a link. `locked` is not stored: it is `used ≥ max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Nothing to open yet.
    New,
    /// Can be opened.
    Active,
    /// It ended.
    Ended(Ending),
}

/// How a link ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By itself.
    Expired,
    /// Taken back.
    Recalled,
    /// By the desk, after the answer.
    Closed,
}

/// Counted tries of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Counted.
    pub used: u32,
    /// Allowed.
    pub max: u32,
}

impl Tries {
    /// Tries left.
    pub fn left(self) -> u32 {
        self.max.saturating_sub(self.used)
    }
}

/// State of a link at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing to open yet.
    New,
    /// Can be opened.
    Active,
    /// All tries are used.
    Locked,
    /// It ended.
    Ended(Ending),
}

impl Link {
    /// What holds at `now`: a link past its time has expired, whether or not a sweep has seen it.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.state {
            LinkState::Ended(ending) => Standing::Ended(ending),
            _ if self.expires <= now => Standing::Ended(Ending::Expired),
            LinkState::New => Standing::New,
            LinkState::Active if self.tries.left() == 0 => Standing::Locked,
            LinkState::Active => Standing::Active,
        }
    }

    /// How its ending is told to a holder: closed without an answer counts as expired.
    pub fn told_ending(&self, ending: Ending) -> Ending {
        if ending == Ending::Closed && self.records == 0 { Ending::Expired } else { ending }
    }

    /// Refuses a link that has ended, truthfully.
    ///
    /// # Errors
    /// `link-expired`, `link-recalled` or `link-closed`.
    pub fn refuse_ended(&self, now: Timestamp) -> std::result::Result<(), ErrorCode> {
        let Standing::Ended(ending) = self.standing(now) else { return Ok(()) };
        Err(match self.told_ending(ending) {
            Ending::Expired => ErrorCode::LinkExpired,
            Ending::Recalled => ErrorCode::LinkRecalled,
            Ending::Closed => ErrorCode::LinkClosed,
        })
    }
}

/// Links.
#[async_trait]
pub trait Links {
    /// By id.
    async fn link(&mut self, lid: &LinkId) -> Result<Option<Link>>;

    /// Adds a link; `false` if its id is known.
    async fn insert_link(&mut self, link: &Link, at: Timestamp) -> Result<bool>;

    /// A new link becomes active.
    async fn activate_link(&mut self, lid: &LinkId) -> Result<()>;

    /// Ends a live link; `false` if it has ended before.
    async fn end_link(&mut self, lid: &LinkId, ending: Ending, at: Timestamp) -> Result<bool>;

    /// Counts one try if the link is active, not past its time and has one left.
    async fn count_try(&mut self, lid: &LinkId, now: Timestamp) -> Result<Option<Tries>>;

    /// Gives one try back.
    async fn give_back_try(&mut self, lid: &LinkId) -> Result<Option<Tries>>;

    /// `used` becomes the larger of both.
    async fn raise_used(&mut self, lid: &LinkId, used: u32) -> Result<()>;

    /// Allows `more` tries, once on a link; `None` if that was done before.
    async fn unlock(&mut self, lid: &LinkId, more: u32) -> Result<Option<Tries>>;

    /// Notes the first `verify/start`; `false` if there was one before.
    async fn mark_opened(&mut self, lid: &LinkId, at: Timestamp) -> Result<bool>;

    /// Notes that `locked` was told; `false` if it was told since the last unlock.
    async fn mark_locked_told(&mut self, lid: &LinkId) -> Result<bool>;

    /// Counts bytes a link holds; `false` if they would be more than `most`.
    async fn grow_link(&mut self, lid: &LinkId, bytes: u64, most: u64) -> Result<bool>;

    /// Counts one record and its bytes; `false` if the link is full.
    async fn count_record(&mut self, lid: &LinkId, bytes: u64, records: u32, most: u64) -> Result<bool>;

    /// Live links past their time.
    async fn links_past(&mut self, now: Timestamp, limit: u32) -> Result<Vec<LinkId>>;

    /// Ended links whose key is not yet known to be destroyed.
    async fn links_with_key_to_destroy(&mut self, limit: u32) -> Result<Vec<LinkId>>;

    /// The key of an ended link is destroyed.
    async fn note_key_destroyed(&mut self, lid: &LinkId) -> Result<()>;

    /// The key store may be older than this one: the keys of all ended links are to be destroyed once more.
    async fn doubt_destroyed_keys(&mut self) -> Result<()>;

    /// Forgets links that ended before a moment, with their receipts and link records; gives how many.
    async fn forget_links(&mut self, ended_before: Timestamp, limit: u32) -> Result<u64>;
}

postern_protocol::undisclosed!(Link);
