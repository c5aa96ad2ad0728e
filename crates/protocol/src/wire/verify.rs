//! `POST verify/start` and `POST verify/finish`: OPAQUE's login (RFC 9807 section 6) and what it opens.

use crate::{
    base64url::Bytes,
    id::{LoginId, MessageId},
    time::Timestamp,
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// First message of the login.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StartRequest {
    /// One of the open slots.
    pub slot: u16,
    /// KE1, 98 bytes.
    pub ke1: Bytes,
}

/// The try is counted; the app learns from `ke2` whether the factor was right.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StartResponse {
    /// Names this login in `verify/finish`.
    pub login: LoginId,
    /// KE2, 259 bytes.
    pub ke2: Bytes,
    /// Wrong tries left on this link if this one was wrong.
    pub tries_left: u32,
}

/// Last message of the login: sent only when the factor was right.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FinishRequest {
    /// As given by `verify/start`.
    pub login: LoginId,
    /// KE3, 32 bytes.
    pub ke3: Bytes,
}

/// Everything the page needs, in one answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FinishResponse {
    /// The slot's content keys: `postern-slot+jwe`.
    pub slot: String,
    /// The messages of the session's level, ascending by `n`.
    pub envelopes: Vec<WireEnvelope>,
    /// The patient's own copies, in the order they were stored.
    pub own: Vec<OwnCopy>,
    /// All receipts of the link, compact, ascending by `seq`.
    pub receipts: Vec<String>,
    /// How long it may last.
    pub session: SessionTimes,
}

/// A sealed message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WireEnvelope {
    /// Names the message and its key.
    pub mid: MessageId,
    /// Its number on the link, from 1.
    pub n: u32,
    /// 1, or 2 where it needs a step-up.
    pub level: u8,
    /// `postern-message+jwe`.
    pub jwe: String,
}

/// The patient's own copy of a record that was sent, sealed to themselves.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnCopy {
    /// The record.
    pub rid: crate::id::RecordId,
    /// 1 or 2, as the message it answers.
    pub level: u8,
    /// `postern-own+jwe`.
    pub jwe: String,
}

/// How long a session may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionTimes {
    /// Seconds without a sign of the patient after which it ends.
    pub idle_seconds: u32,
    /// When it ends in any case.
    pub ends: Timestamp,
    /// The portal's clock.
    pub now: Timestamp,
}

crate::undisclosed!(StartRequest, StartResponse, FinishRequest, FinishResponse, WireEnvelope, OwnCopy);
