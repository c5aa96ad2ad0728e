use super::Result;
use async_trait::async_trait;
use postern_protocol::{base64url::FixedBytes, digest::sha256, id::LinkId, time::Timestamp};

/// How far a code has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeState {
    /// It can be typed.
    Live,
    /// It opened the link; its slot stays for a repeat of that answer.
    Accepted,
    /// Its slot is gone, its key is to be overwritten.
    Dead,
    /// Nothing of it is left but that it was.
    Gone,
}

impl CodeState {
    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Accepted => "accepted",
            Self::Dead => "dead",
            Self::Gone => "gone",
        }
    }

    /// The state that a stored text names.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Live, Self::Accepted, Self::Dead, Self::Gone].into_iter().find(|state| state.as_str() == text)
    }
}

/// A code that was registered, without the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Its link.
    pub lid: LinkId,
    /// Its slot.
    pub slot: u16,
    /// When it was uploaded.
    pub made: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// Tries counted on it.
    pub tries: u32,
    /// When it opened the link.
    pub accepted: Option<Timestamp>,
    /// How far it has come.
    pub state: CodeState,
}

impl Code {
    /// A code as it is uploaded.
    pub fn fresh(lid: LinkId, slot: u16, made: Timestamp, until: Timestamp) -> Self {
        Self { lid, slot, made, until, tries: 0, accepted: None, state: CodeState::Live }
    }

    /// Whether a try may be evaluated.
    pub fn can_be_typed(&self, most: u32, now: Timestamp) -> bool {
        self.state == CodeState::Live && self.tries < most && now < self.until
    }
}

/// Names the key of a code's slot in the second store, beside the keys of links.
pub fn code_key_id(lid: &LinkId, slot: u16) -> LinkId {
    let hash = sha256(&[b"postern/code", &lid.0[..], &slot.to_be_bytes()].concat());
    let mut id: LinkId = FixedBytes([0; 16]);
    id.0.copy_from_slice(&hash.0[..16]);
    id
}

/// Codes.
#[async_trait]
pub trait Codes {
    /// Notes a code that was uploaded.
    async fn insert_code(&mut self, code: &Code) -> Result<()>;

    /// One code.
    async fn code(&mut self, lid: &LinkId, slot: u16) -> Result<Option<Code>>;

    /// The codes of a link made after a moment, oldest first.
    async fn codes_since(&mut self, lid: &LinkId, after: Timestamp) -> Result<Vec<Code>>;

    /// Counts a try; `false` if it cannot be typed any more or `most` are counted.
    async fn count_code_try(&mut self, lid: &LinkId, slot: u16, most: u32, now: Timestamp) -> Result<bool>;

    /// It opened the link; `false` if it had before, or is dead.
    async fn accept_code(&mut self, lid: &LinkId, slot: u16, now: Timestamp) -> Result<bool>;

    /// It is dead and its slot is gone; `false` if it was dead.
    async fn kill_code(&mut self, lid: &LinkId, slot: u16) -> Result<bool>;

    /// Every code of the link is dead; their slots are for [`super::Slots::drop_slots`].
    async fn kill_codes(&mut self, lid: &LinkId) -> Result<()>;

    /// Living codes whose time is over are dead and their slots gone. Gives how many.
    async fn kill_codes_past(&mut self, now: Timestamp) -> Result<u64>;

    /// Every code of every link is dead, its key to be overwritten again, and its slot is gone.
    async fn kill_every_code(&mut self) -> Result<()>;

    /// Dead codes whose key has not been overwritten.
    async fn dead_codes(&mut self, limit: u32) -> Result<Vec<(LinkId, u16)>>;

    /// The key of a dead code was overwritten.
    async fn note_code_gone(&mut self, lid: &LinkId, slot: u16) -> Result<()>;
}
