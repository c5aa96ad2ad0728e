use super::{KeyStoreId, Result};
use crate::sealing::Key;
use async_trait::async_trait;
use postern_protocol::id::LinkId;

/// The second store: one random key a link (PROTOCOL.md, promise 5). Its backups are kept 24 hours.
#[async_trait]
pub trait LinkKeyStore: Send + Sync {
    /// Keeps `key` for the link unless it has one; gives the one it has.
    async fn put_if_absent(&self, lid: &LinkId, key: &Key) -> Result<Key>;

    /// The link's key, while it has one.
    async fn get(&self, lid: &LinkId) -> Result<Option<Key>>;

    /// Overwrites and removes the link's key. When this returns no file of the store holds its bytes.
    async fn destroy(&self, lid: &LinkId) -> Result<()>;

    /// Writes a row, durably, and takes it away again: whether the store can be written.
    async fn probe(&self) -> Result<()>;

    /// Its name, where it lies apart from the main store: that one keeps it too and works with no other.
    fn id(&self) -> Option<KeyStoreId>;

    /// Lets go of whatever it holds open.
    async fn close(&self);
}
