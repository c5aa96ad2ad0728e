//! `POST desk/registration/start`: the desk plays OPAQUE's client (RFC 9807 section 5), the portal evaluates.

use crate::{base64url::Bytes, id::LinkId};
use serde::{Deserialize, Serialize};

/// Asks for one evaluation.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RegistrationRequest {
    /// A link of the calling clinic, new or active.
    pub lid: LinkId,
    /// Above every slot that has held a record.
    pub slot: u16,
    /// Registration request, 33 bytes.
    pub request: Bytes,
}

/// The evaluation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RegistrationResponse {
    /// Registration response, 66 bytes.
    pub response: Bytes,
}

crate::undisclosed!(RegistrationRequest, RegistrationResponse);
