//! The `Authorization` header of the app: `Link <lid>.<claim>` or `Session <lid>.<token>`, base64url.

use crate::{base64url::FixedBytes, id::LinkId};
use alloc::{format, string::String};

/// Who calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Authorization {
    /// Somebody who holds the link secret.
    Link {
        /// The link.
        lid: LinkId,
        /// Derived from the link secret; the portal compares its SHA-256.
        claim: FixedBytes<32>,
    },
    /// Somebody who gave the right factor.
    Session {
        /// The link.
        lid: LinkId,
        /// Derived from OPAQUE's session key; the portal compares its SHA-256.
        token: FixedBytes<32>,
    },
}

impl Authorization {
    /// Reads the header's value. `None` for anything else.
    pub fn parse(header: &str) -> Option<Self> {
        let (scheme, credentials) = header.split_once(' ')?;
        let (lid, secret) = credentials.split_once('.')?;
        let (lid, secret) = (lid.parse().ok()?, secret.parse().ok()?);
        match scheme {
            "Link" => Some(Self::Link { lid, claim: secret }),
            "Session" => Some(Self::Session { lid, token: secret }),
            _ => None,
        }
    }

    /// The header's value.
    pub fn to_header(&self) -> String {
        match self {
            Self::Link { lid, claim } => format!("Link {}.{}", lid.to_text(), claim.to_text()),
            Self::Session { lid, token } => format!("Session {}.{}", lid.to_text(), token.to_text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_schemes_read_back_and_others_are_refused() {
        let (lid, secret) = (FixedBytes([7; 16]), FixedBytes([9; 32]));
        for one in [Authorization::Link { lid, claim: secret }, Authorization::Session { lid, token: secret }]
        {
            assert!(Authorization::parse(&one.to_header()) == Some(one));
        }
        for header in ["", "Link", "Link x.y", "Bearer AAAA.BBBB", "link AAAA.BBBB"] {
            assert!(Authorization::parse(header).is_none());
        }
    }
}
