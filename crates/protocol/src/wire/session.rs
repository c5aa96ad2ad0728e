//! `POST session/seen`, `POST session/messages` and `POST session/end`.

use super::verify::WireEnvelope;
use crate::{digest::Digest, id::MessageId};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The open page says that a message is being read, or was left. Renews the idle time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SeenRequest {
    /// The message.
    pub mid: MessageId,
    /// SHA-256 of the decrypted plaintext.
    pub shown: Digest,
    /// What happened.
    pub event: SeenEvent,
    /// Milliseconds it has been on the screen.
    pub ms: u64,
}

/// What the open page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SeenEvent {
    /// It stands on the screen.
    Read,
    /// The page was left.
    Left,
}

/// Asks for what was added to the link since. Changes nothing, and does not renew the idle time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MessagesRequest {
    /// The largest number that the page knows.
    pub after: u32,
}

/// What was added.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessagesResponse {
    /// The messages of the session's level with a larger number, ascending by `n`.
    pub envelopes: Vec<WireEnvelope>,
}

/// The call has no members.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndRequest {}

/// Nothing to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {}

crate::undisclosed!(SeenRequest, MessagesResponse);
