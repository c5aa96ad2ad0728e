//! The desk's calls about one link: `PUT links/{lid}`, `PUT links/{lid}/slots/{n}`, `POST links/{lid}/envelopes`,
//! `…/recall`, `…/unlock`, `…/close`. PUTs and envelopes are repeatable: the same content again is the same answer.

use crate::{
    base64url::Bytes,
    digest::Digest,
    factor::{FactorKind, Policy},
    id::MessageId,
    time::Timestamp,
};
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// Makes a link known. It is `new` until its first envelope is there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// What the first level asks for.
    pub policy: Policy,
    /// SHA-256 of the claim.
    pub claim_sha256: Digest,
    /// When it ends by itself: 1 hour to 90 days ahead.
    pub expires: Timestamp,
}

/// Stores a factor record and its slot, write-once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SlotRequest {
    /// What it asks for.
    pub factor: FactorKind,
    /// 1, or 2 for a step-up.
    pub level: u8,
    /// OPAQUE registration record, 129 bytes.
    pub record: Bytes,
    /// `postern-slot+jwe`: the level's content keys under the factor's export key.
    pub slot: String,
}

/// Stores one sealed message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EnvelopeRequest {
    /// Names the message.
    pub mid: MessageId,
    /// Its number on the link, from 1, without gap.
    pub n: u32,
    /// 1, or 2 for a step-up.
    pub level: u8,
    /// `postern-message+jwe`.
    pub jwe: String,
}

/// Recall, unlock and close have no members.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EmptyRequest {}

/// The link after the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkStatus {
    /// Its state; a new link says `new`.
    pub state: DeskLinkState,
    /// Tries used.
    pub used: u32,
    /// Tries allowed: 10, or 15 after its one unlock.
    pub max: u32,
}

/// State of a link as its desk sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeskLinkState {
    /// Known, nothing to open yet.
    New,
    /// Can be opened.
    Active,
    /// All tries are used.
    Locked,
    /// Past its time.
    Expired,
    /// Taken back.
    Recalled,
    /// Ended after the answer.
    Closed,
}

crate::undisclosed!(LinkRequest, SlotRequest, EnvelopeRequest);
