//! `GET desk/feed?after=&wait=`: what happened, in order, at least once.

use crate::{
    base64url::FixedBytes,
    digest::Digest,
    id::{LinkId, MessageId, RecordId},
    time::Timestamp,
    wire::session::SeenEvent,
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// One page of the feed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeedPage {
    /// Random, new after a restore.
    pub epoch: FixedBytes<16>,
    /// Ascending by `n`.
    pub events: Vec<FeedEvent>,
    /// More than this page holds is there now.
    pub more: bool,
}

/// One event of the calling clinic.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeedEvent {
    /// The cursor: pass it as `after`.
    pub n: u64,
    /// When, by the portal's clock.
    pub at: Timestamp,
    /// The link.
    pub lid: LinkId,
    /// What.
    #[serde(flatten)]
    pub what: FeedWhat,
}

/// What happened. `opened`, `verified`, `wrong-try`, `locked`, `expired` and `seen` are the portal's word.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FeedWhat {
    /// First `verify/start`.
    Opened,
    /// A login succeeded.
    Verified {
        /// With which slot.
        slot: u16,
    },
    /// A login lapsed unfinished.
    WrongTry {
        /// On which slot.
        slot: u16,
        /// Tries used since.
        used: u32,
    },
    /// No try is left.
    Locked,
    /// It ended by itself.
    Expired,
    /// The open page said that a message was read or left.
    Seen {
        /// The message.
        mid: MessageId,
        /// SHA-256 of the plaintext that was shown.
        shown: Digest,
        /// Read or left.
        event: SeenEvent,
        /// Milliseconds on the screen.
        ms: u64,
    },
    /// A sealed answer.
    Record {
        /// Its id.
        rid: RecordId,
        /// `postern-record+jwe`.
        jwe: String,
        /// `postern-receipt+jwt`.
        receipt: String,
    },
    /// What needed no factor.
    LinkRecord {
        /// `postern-link-record+jws`.
        jws: String,
    },
}

crate::undisclosed!(FeedPage, FeedEvent, FeedWhat);
