//! `POST desk/sync`: after a restore the desk tells the portal the state of all live links.

use crate::{base64url::FixedBytes, id::LinkId, wire::desk_links::DeskLinkState};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// All live links of the clinic, as the desk knows them; in several calls where they are many.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SyncRequest {
    /// The portal's epoch that the desk speaks to: what it says of one life of the store does not hold for the next.
    pub epoch: FixedBytes<16>,
    /// Every link that is new, active or locked, and every one that ended since.
    #[serde(deserialize_with = "crate::wire::object::list")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<SyncLink>"))]
    pub links: Vec<SyncLink>,
    /// Another call brings the rest; only the last one counts as the desk's whole word.
    pub more: bool,
}

/// One link.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SyncLink {
    /// The link.
    pub lid: LinkId,
    /// Recalled stays recalled.
    pub state: DeskLinkState,
    /// The larger of both counts holds.
    pub used: u32,
}

crate::undisclosed!(SyncRequest, SyncLink);
