//! SHA-256, the one hash.

use crate::base64url::FixedBytes;
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest; base64url on the wire.
pub type Digest = FixedBytes<32>;

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    FixedBytes(Sha256::digest(bytes).into())
}
