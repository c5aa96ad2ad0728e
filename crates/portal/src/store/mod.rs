//! What the portal keeps. One trait a noun, one module an engine, one contract suite that every engine passes.
//!
//! Rules of the traits:
//! - Everything happens in a [`Transaction`]: [`Store::read`] gives a consistent view, [`Store::write`] one that can
//!   change rows. Dropped without commit, nothing happened.
//! - A commit is durable before [`Transaction::commit`] returns.
//! - After an error a transaction is only dropped: not every engine goes on with it.
//! - "Not there" is `Ok(None)` or `Ok(false)`; an error is the engine's or an inconsistent row.
//! - Counting is one conditional `UPDATE … RETURNING`, never a read and a write: it holds with many nodes.
//! - Time is a parameter; the engine's own clock is never asked.

mod audit;
mod clinics;
mod codes;
#[cfg(test)]
mod contract;
mod desk_tokens;
mod engine;
mod envelopes;
mod error;
mod feed;
mod key_folder;
mod keys;
mod link_records;
mod links;
mod logins;
mod policies;
mod postgres;
mod queues;
mod records;
mod sessions;
mod slots;
mod sqlite;

pub use audit::{Actor, Audit, AuditEntry, AuditHead, AuditRow, Event, Outcome};
pub use clinics::{Clinic, Clinics};
pub use codes::{Code, CodeState, Codes, code_key_id};
pub use desk_tokens::DeskTokens;
pub use engine::Engine;
pub use envelopes::{Envelope, Envelopes};
pub use error::{Result, StoreError};
pub use feed::{Feed, NewEvent};
pub use keys::LinkKeyStore;
pub use link_records::{LinkRecords, Stored};
pub use links::{Ending, Link, LinkState, Links, Standing, Tries};
pub use logins::{Login, Logins, Progress};
pub use policies::{Policies, PolicyName, PolicyText};
pub use postgres::{AddressError, StoreAddress, StorePassword};
pub use queues::Queues;
pub use records::{LastReceipt, Record, Records};
pub use sessions::{Session, Sessions};
pub use slots::{Slot, Slots};

use async_trait::async_trait;
use postern_protocol::base64url::FixedBytes;

/// Names one life of the store: random, new after a restore.
pub type Epoch = FixedBytes<16>;

/// Names a store of link keys that lies apart from the main store: random, made with it.
pub type KeyStoreId = FixedBytes<16>;

/// The main store.
#[async_trait]
pub trait Store: Send + Sync {
    /// A consistent view; writing through it fails.
    async fn read(&self) -> Result<Box<dyn Transaction>>;

    /// A transaction that can change rows. Where the engine has one writer, this waits for it.
    async fn write(&self) -> Result<Box<dyn Transaction>>;

    /// Best effort: bytes of deleted rows leave the engine's files (the write-ahead log among them).
    async fn scrub(&self) -> Result<()>;

    /// Writes a row, durably, and takes it away again: whether the store can be written.
    async fn probe(&self) -> Result<()>;

    /// Lets go of whatever it holds open.
    async fn close(&self);
}

/// A view of the store, or a change of it.
#[async_trait]
pub trait Transaction:
    Audit
    + Clinics
    + Codes
    + DeskTokens
    + Envelopes
    + Feed
    + LinkRecords
    + Links
    + Logins
    + Policies
    + Queues
    + Records
    + Sessions
    + Slots
    + Send
{
    /// The epoch of this store; `None` before its first start.
    async fn epoch(&mut self) -> Result<Option<Epoch>>;

    /// Starts an epoch.
    async fn set_epoch(&mut self, epoch: &Epoch) -> Result<()>;

    /// The store of link keys that belongs to this one; `None` where it was never noted.
    async fn key_store(&mut self) -> Result<Option<KeyStoreId>>;

    /// Notes the store of link keys that belongs to this one.
    async fn set_key_store(&mut self, id: &KeyStoreId) -> Result<()>;

    /// Makes all of it durable.
    async fn commit(self: Box<Self>) -> Result<Committed>;
}

/// What a commit brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Committed {
    /// The newest audit row, if the transaction appended any.
    pub audit: Option<AuditHead>,
    /// The transaction added to a feed.
    pub fed: bool,
}
