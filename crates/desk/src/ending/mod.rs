//! How a link ends before its time: taken back, or closed after the answer. The desk's own half is done at once, in the
//! transaction of whatever decided it; the portal is told until it has heard.

pub mod close;
pub mod expire;
pub mod finish;
pub mod recall;

use crate::{
    desk::Desk,
    store::{Connection, StoreError},
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::{id::LinkId, time::Timestamp};
use serde::Serialize;

/// Which way it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Taken back: nothing can be read any more.
    Recall,
    /// Ended after the answer.
    Close,
}

impl Ending {
    fn under_way(self) -> &'static str {
        match self {
            Self::Recall => "recalling",
            Self::Close => "closing",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Recall => "recalled",
            Self::Close => "closed",
        }
    }
}

/// Where a link stands after the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The portal has destroyed its half.
    Everywhere,
    /// The desk's half is destroyed; the portal could not be reached and is told until it has heard.
    HereOnly,
    /// It had ended before.
    Before,
}

/// A link cannot be ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// No link or message of that id.
    #[error("there is no link or message {0} at this desk: `postern inbox` lists them")]
    Unknown(String),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(EndError);

/// The desk's half: the state, and the content key is destroyed. Says whether the link was live.
pub(crate) async fn begin(
    connection: &mut Connection,
    lid: &LinkId,
    ending: Ending,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE link SET state = ?, ended_at = ?, content_key = NULL, secret = NULL
         WHERE lid = ? AND state IN ('new', 'active', 'locked')",
    )
    .bind(ending.under_way())
    .bind(now.0)
    .bind(lid.to_text())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

impl Desk {
    /// The link named by its own id or by a message's.
    pub(crate) async fn find_link(&self, text: &str) -> Result<LinkId, EndError> {
        let unknown = || EndError::Unknown(text.to_owned());
        let lid: Option<String> = sqlx::query_scalar(
            "SELECT lid FROM link WHERE lid = ?1 UNION SELECT lid FROM message WHERE mid = ?1",
        )
        .bind(text.trim())
        .fetch_optional(self.store.read())
        .await?;
        lid.and_then(|lid| lid.parse().ok()).ok_or_else(unknown)
    }
}
