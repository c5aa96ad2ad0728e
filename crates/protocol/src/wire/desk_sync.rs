//! `POST desk/sync`: after a restore the desk tells the portal the state of all live links.

use crate::{id::LinkId, wire::desk_links::DeskLinkState};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// All live links of the clinic, as the desk knows them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncRequest {
    /// Every link that is new, active or locked, and every one that ended since.
    pub links: Vec<SyncLink>,
}

/// One link.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncLink {
    /// The link.
    pub lid: LinkId,
    /// Recalled stays recalled.
    pub state: DeskLinkState,
    /// The larger of both counts holds.
    pub used: u32,
}
