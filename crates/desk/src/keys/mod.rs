//! The desk's keys over time (PROTOCOL, "Keys over time"): the clinic's key for answers, which changes every 30 days; the
//! portal's signing keys, pinned before they are used; the vault's recovery copy.

pub mod destroy;
pub mod follow;
pub mod recovery;
pub mod rotate;

use crate::{desk::Desk, trouble::Trouble};
use postern_protocol::time::Timestamp;
use serde::Serialize;

pub use follow::{FollowError, Followed};
pub use recovery::RestoreError;

/// What can be told of the keys: no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeysShown {
    /// Keys that answers are sealed to, oldest first.
    pub clinic: Vec<ClinicKeyShown>,
    /// The portal's keys as pinned: in use, then next. Empty before `desk pin`.
    pub portal: Vec<String>,
    /// Every portal key that was ever pinned: old receipts are checked under them.
    pub portal_ever: usize,
    /// What unlocks the vault: `key-file` or `passphrase`.
    pub vault: String,
    /// When the vault's recovery copy was last printed.
    pub recovery_printed: Option<Timestamp>,
}

/// A key that answers are sealed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct ClinicKeyShown {
    /// Its thumbprint.
    pub thumbprint: String,
    /// When it was made.
    pub made_at: i64,
    /// Since when new messages name another.
    pub retired_at: Option<i64>,
    /// Since when its private half is gone.
    pub destroyed_at: Option<i64>,
    /// Live links whose messages name it.
    pub live_links: i64,
}

impl Desk {
    /// The keys, as far as they may be told.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn keys_shown(&self) -> Result<KeysShown, Trouble> {
        let clinic = sqlx::query_as(
            "SELECT thumbprint, made_at, retired_at, destroyed_at,
               (SELECT count(DISTINCT lid) FROM message JOIN link USING (lid) WHERE clinic_key = thumbprint
                AND state IN ('new', 'active', 'locked', 'recalling', 'closing')) AS live_links
             FROM clinic_key ORDER BY made_at, clinic_key.rowid",
        )
        .fetch_all(self.store.read())
        .await?;
        let pin = self.portal_pin().await?;
        let portal = pin.map(|pin| pin.keys.iter().map(|key| key.thumbprint().to_text()).collect());
        let vault =
            sqlx::query_scalar("SELECT kind FROM vault WHERE id = 1").fetch_one(self.store.read()).await?;
        Ok(KeysShown {
            clinic,
            portal: portal.unwrap_or_default(),
            portal_ever: self.portal_keys().await?.len(),
            vault,
            recovery_printed: self.recovery_printed().await?,
        })
    }
}
