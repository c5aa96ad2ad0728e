//! How a text leaves the clinic.

pub mod file;

use async_trait::async_trait;
use postern_protocol::{id::LinkId, time::Timestamp};

pub use file::FileTransport;

/// One text message.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// Its number in the desk's outbox: the same text is always handed over under the same number.
    pub n: i64,
    /// To whom, E.164.
    pub to: String,
    /// The whole text.
    pub text: String,
    /// When it is handed over.
    pub at: Timestamp,
    /// Its link, where it has one.
    pub lid: Option<LinkId>,
}

/// A text was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Trying again later may help.
    #[error("the text could not be handed over")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another text was handed over under this number: two desks share one outbox.
    #[error("outbox number {0} holds another text already: is a second desk using this folder?")]
    NumberTaken(i64),
}

/// A gateway, or a folder.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Whether a text handed over here goes to a real phone: such a transport is refused until `doctor --live` was passed.
    fn reaches_patients(&self) -> bool;

    /// Takes a text. Handing over the same text under the same number again, after a crash, must not send it twice.
    async fn hand_over(&self, sms: &Sms) -> Result<(), TransportError>;
}
