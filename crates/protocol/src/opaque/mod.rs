//! The factor: OPAQUE (RFC 9807) with P-256 for OPRF and 3DH, SHA-256, identity stretching (the password already holds
//! the 128 bits of the link secret; no stretching can save 15 bits of birth date).
//!
//! Every message has an exact length, checked first, because the library accepts trailing bytes.

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod server;

use crate::id::{ClinicId, LinkId};
#[cfg(feature = "server")]
use alloc::vec::Vec;
use alloc::{format, string::String};

/// Names the suite below; stored beside every factor record.
pub const SUITE_ID: u8 = 1;

/// Registration request, bytes.
pub const REGISTRATION_REQUEST: usize = 33;
/// Registration response, bytes.
pub const REGISTRATION_RESPONSE: usize = 66;
/// Registration record, bytes.
pub const REGISTRATION_RECORD: usize = 129;
/// First login message, bytes.
pub const KE1: usize = 98;
/// Second login message, bytes.
pub const KE2: usize = 259;
/// Third login message, bytes.
pub const KE3: usize = 32;

const CONTEXT: &[u8] = b"postern/v1";

pub(crate) struct Suite;

impl opaque_ke::CipherSuite for Suite {
    type OprfCs = p256::NistP256;
    type KeyExchange = opaque_ke::TripleDh<p256::NistP256, sha2::Sha256>;
    type Ksf = opaque_ke::ksf::Identity;
}

/// An OPAQUE message has another length, or its points or scalars are not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed factor message")]
pub struct Malformed;

fn exact(bytes: &[u8], length: usize) -> Result<&[u8], Malformed> {
    if bytes.len() == length { Ok(bytes) } else { Err(Malformed) }
}

#[cfg(feature = "server")]
fn credential_identifier(clinic: &ClinicId, lid: &LinkId, slot: u16) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(clinic.as_str().len() + 19);
    bytes.extend_from_slice(clinic.as_str().as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(&lid.0);
    bytes.extend_from_slice(&slot.to_be_bytes());
    bytes
}

/// Client identity = lid, server identity = `postern portal/<clinic id>`.
struct Identities {
    lid: LinkId,
    server: String,
}

impl Identities {
    fn new(clinic: &ClinicId, lid: &LinkId) -> Self {
        Self { lid: *lid, server: format!("postern portal/{clinic}") }
    }

    fn get(&self) -> opaque_ke::Identifiers<'_> {
        opaque_ke::Identifiers { client: Some(&self.lid.0), server: Some(self.server.as_bytes()) }
    }
}

#[cfg(test)]
#[cfg(all(feature = "client", feature = "server"))]
mod tests;
