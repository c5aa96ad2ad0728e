//! The link in hand: its secret and what is derived from it.

use postern_protocol::{derive::LinkKeys, link::LinkSecret, wire::authorization::Authorization};

/// A link secret with its keys. Dropping it wipes both.
#[derive(Clone)]
pub struct Link {
    /// S.
    pub(crate) secret: LinkSecret,
    /// lid, claim, factor and MAC keys.
    pub(crate) keys: LinkKeys,
}

impl Link {
    /// Derives the keys.
    pub fn new(secret: LinkSecret) -> Self {
        let keys = LinkKeys::derive(&secret);
        Self { secret, keys }
    }

    /// Who calls before the factor.
    pub(crate) fn authorization(&self) -> Authorization {
        Authorization::Link { lid: self.keys.lid, claim: self.keys.claim }
    }
}
