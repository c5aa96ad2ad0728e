//! `POST link/records`: what needs no factor (opt-out, wrong person, …), authenticated by `link_mac`.

use crate::time::Timestamp;
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// One link record.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkRecordRequest {
    /// `postern-link-record+jws`; the portal cannot check its MAC, the desk does.
    pub jws: String,
}

/// It is stored and will reach the clinic. The same bytes again get the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkRecordResponse {
    /// Seconds since the clinic's desk last asked for news; absent if it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk_heard_seconds_ago: Option<u32>,
    /// To a code request: when a code that was sent earlier ends; absent if none lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_until: Option<Timestamp>,
}

crate::undisclosed!(LinkRecordRequest);
