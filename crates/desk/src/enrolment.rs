//! What desk and portal tell each other once, by hand: the enrolment file (desk → portal) and the pin file (portal → desk).

use postern_protocol::{keys::PublicKey, wire::link_open::PublicClinic};
use serde::{Deserialize, Serialize};

/// CLINIC.json: what the portal needs to serve a clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// What stands on the first page.
    pub clinic: PublicClinic,
    /// The clinic's host name, where it is not the portal's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The desk's requests are signed with it.
    pub desk_key: PublicKey,
}

/// PORTAL.json: what the desk trusts from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalPin {
    /// The portal's origin (`https://HOST`): `iss` of receipts, `aud` of the desk's tokens, where its API is.
    pub origin: String,
    /// Origin of this clinic's links, where the clinic has a host of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_origin: Option<String>,
    /// The keys of its receipts, the current one first, then the next.
    pub keys: Vec<PublicKey>,
}

impl PortalPin {
    /// Origin of the links in text messages.
    pub fn links(&self) -> &str {
        self.link_origin.as_deref().unwrap_or(&self.origin)
    }
}
