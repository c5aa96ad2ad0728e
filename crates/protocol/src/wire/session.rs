//! `POST session/seen` and `POST session/end`.

use crate::{digest::Digest, id::MessageId};
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

/// The call has no members.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndRequest {}

/// Nothing to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {}

crate::undisclosed!(SeenRequest);
