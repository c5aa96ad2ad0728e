//! `PUT records/{rid}`: one sealed answer and the patient's own copy of it.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// The answer. Sending the same bytes again is safe.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordRequest {
    /// `postern-record+jwe`, sealed to the clinic.
    pub record: String,
    /// `postern-own+jwe`, sealed to the patient; kept under the same rid.
    pub own: String,
    /// 1 or 2: the level of the message it answers.
    pub level: u8,
}

/// It is durable.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordResponse {
    /// `postern-receipt+jwt`.
    pub receipt: String,
}

crate::undisclosed!(RecordRequest, RecordResponse);
