//! `POST link/open`: what a holder of the link may know before the factor. Changes nothing.

use crate::{factor::FactorKind, id::ClinicId, time::Timestamp};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// The call has no members.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenRequest {}

/// The link as the portal knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenResponse {
    /// Whether it can still be opened.
    pub state: LinkState,
    /// What can be typed now, in ascending slot order. Empty unless active.
    pub slots: Vec<OpenSlot>,
    /// Wrong tries left on this link.
    pub tries_left: u32,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// The portal's clock.
    pub now: Timestamp,
    /// Who sent it. The portal's word: no seal covers it.
    pub clinic: PublicClinic,
}

/// State of a link. `new` links answer like unknown ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    /// Can be opened.
    Active,
    /// All tries are used; the clinic can unlock it once.
    Locked,
    /// Past its time.
    Expired,
    /// Taken back by the clinic.
    Recalled,
    /// Ended by the clinic after the answer.
    Closed,
}

/// A factor that can be given now.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenSlot {
    /// Counts up from 1 on a link, never reused.
    pub slot: u16,
    /// What it asks for.
    pub factor: FactorKind,
    /// When it goes by itself: a code's ten minutes, or the link's end.
    pub until: Timestamp,
}

/// A clinic's public block: what stands on the first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublicClinic {
    /// Its id at the portal.
    pub id: ClinicId,
    /// Its name as patients know it.
    pub name: String,
    /// Its telephone number as printed on its cards, for people.
    pub phone: String,
    /// The same in E.164, for `tel:`.
    pub phone_e164: String,
    /// Number for emergencies, `911` in the United States.
    pub emergency: String,
    /// Postal address, lines separated by line feeds; may be empty.
    #[serde(default)]
    pub address: String,
    /// Office hours in words; may be empty.
    #[serde(default)]
    pub hours: String,
    /// Its colour, `#rrggbb`; adjusted where contrast fails.
    pub accent: String,
}

crate::undisclosed!(OpenSlot);
