//! The parsers.

mod config;
mod content;
mod envelope;
mod fhir;
mod opaque;
mod text;
mod wire;

use crate::Target;
use serde::{Serialize, de::DeserializeOwned};

/// All of them.
pub fn all() -> Vec<Target> {
    [
        text::TARGETS,
        envelope::TARGETS,
        opaque::TARGETS,
        wire::TARGETS,
        content::TARGETS,
        fhir::TARGETS,
        config::TARGETS,
    ]
    .concat()
}

/// What is read as a `T` is written and read again as the same.
fn stable<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    if let Ok(read) = serde_json::from_slice::<T>(bytes) {
        let written = serde_json::to_string(&read).unwrap();
        let again: T = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), written);
    }
}
