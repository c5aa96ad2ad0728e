//! The sealed envelopes, a file a shape. What is encrypted is padded first; what is only signed is not.

pub mod link_record;
pub mod message;
pub mod own;
pub mod record;
pub mod slot;

pub use crate::jose::EnvelopeError;

use crate::padding;
use alloc::vec::Vec;
use serde::{Serialize, de::DeserializeOwned};

fn padded_json(value: &impl Serialize) -> Vec<u8> {
    padding::pad(json(value))
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("protocol types are plain JSON")
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, EnvelopeError> {
    serde_json::from_slice(bytes).map_err(|_| EnvelopeError::Content)
}

#[cfg(test)]
#[cfg(feature = "client")]
mod tests;
