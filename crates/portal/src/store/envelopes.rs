use super::Result;
use async_trait::async_trait;
use postern_protocol::{
    id::{LinkId, MessageId},
    wire::verify::WireEnvelope,
};

/// A sealed message of a link.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Names the message.
    pub mid: MessageId,
    /// Its number on the link, from 1.
    pub number: u32,
    /// 1, or 2 where it needs a step-up.
    pub level: u8,
    /// `postern-message+jwe`.
    pub jwe: String,
}

impl From<Envelope> for WireEnvelope {
    fn from(one: Envelope) -> Self {
        Self { mid: one.mid, n: one.number, level: one.level, jwe: one.jwe }
    }
}

/// Sealed messages.
#[async_trait]
pub trait Envelopes {
    /// All messages up to a level with a number above `after`, ascending by number.
    async fn envelopes(&mut self, lid: &LinkId, level: u8, after: u32) -> Result<Vec<Envelope>>;

    /// One message.
    async fn envelope(&mut self, lid: &LinkId, mid: &MessageId) -> Result<Option<Envelope>>;

    /// Adds the next message; `false` if its id is known or its number is not the next.
    async fn insert_envelope(&mut self, lid: &LinkId, envelope: &Envelope) -> Result<bool>;

    /// Removes the messages of a link.
    async fn drop_envelopes(&mut self, lid: &LinkId) -> Result<()>;
}

postern_protocol::undisclosed!(Envelope);
