//! What sending can come to.

use crate::{
    portal::PortalError,
    refusal::Refusal,
    transport::TransportError,
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::{id::LinkId, time::Timestamp};

/// A message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The rules do not allow it. Nothing was made.
    #[error("not sent: {}", join(.0))]
    Refused(Vec<Refusal>),
    /// The number is not confirmed: it was asked about, and the message waits.
    #[error(
        "not sent yet: nothing shows that the number is the patient's. It is asked by a text, and the message goes by itself \
         once the number is confirmed"
    )]
    Waiting {
        /// When the message comes back if it is not.
        returns_at: Timestamp,
    },
    /// It is decided and kept; the same command again, or the running desk, goes on with the same link.
    #[error(
        "not sent yet; it is kept and goes on with the same link when you repeat the command or the desk runs"
    )]
    NotYet {
        /// Its link.
        lid: LinkId,
        /// What stood in the way.
        #[source]
        why: Obstacle,
    },
    /// It was given up: no text went out, the link is taken back.
    #[error("given up: no text went out, and the link is taken back")]
    Abandoned {
        /// Its link.
        lid: LinkId,
        /// Why.
        why: Refusal,
    },
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(SendError);

/// What stood in the way.
#[derive(Debug, thiserror::Error)]
pub enum Obstacle {
    /// The portal.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// The transport.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The rules do not allow it now, and will later.
    #[error("{}", join(.0))]
    Rules(Vec<Refusal>),
    /// The portal's half of a registration does not have its form.
    #[error("the portal's registration answer does not have its form")]
    Registration,
}

fn join(refusals: &[Refusal]) -> String {
    refusals.iter().map(Refusal::to_string).collect::<Vec<_>>().join(" ")
}
