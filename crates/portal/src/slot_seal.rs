//! A slot at rest: factor record (129 bytes) ‖ slot envelope, sealed under the random key of its link. With that key
//! destroyed neither can be had again.

use crate::sealing::{DoesNotOpen, Key, open, seal};
use postern_protocol::{id::LinkId, opaque::REGISTRATION_RECORD};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

/// An opened slot.
pub struct OpenedSlot(Zeroizing<Vec<u8>>);

impl OpenedSlot {
    /// OPAQUE's registration record.
    pub fn record(&self) -> &[u8] {
        &self.0[..REGISTRATION_RECORD]
    }

    /// `postern-slot+jwe`.
    pub fn envelope(&self) -> &[u8] {
        &self.0[REGISTRATION_RECORD..]
    }

    /// Whether it holds exactly these.
    pub fn holds(&self, record: &[u8], envelope: &str) -> bool {
        self.record() == record && self.envelope() == envelope.as_bytes()
    }
}

fn place(lid: &LinkId, slot: u16) -> Vec<u8> {
    [b"slot", &lid.0[..], &slot.to_be_bytes()].concat()
}

/// Seals a slot.
pub fn seal_slot(
    rng: &mut (impl CryptoRng + RngCore),
    key: &Key,
    lid: &LinkId,
    slot: u16,
    record: &[u8],
    envelope: &str,
) -> Vec<u8> {
    let plain = Zeroizing::new([record, envelope.as_bytes()].concat());
    seal(rng, key, &place(lid, slot), &plain)
}

/// Opens a slot.
///
/// # Errors
/// Another key, link or slot.
pub fn open_slot(key: &Key, lid: &LinkId, slot: u16, sealed: &[u8]) -> Result<OpenedSlot, DoesNotOpen> {
    let plain = open(key, &place(lid, slot), sealed)?;
    if plain.len() < REGISTRATION_RECORD { Err(DoesNotOpen) } else { Ok(OpenedSlot(plain)) }
}
