//! What the pages draw of a decrypted message: taken out of its FHIR bundle once, at opening.

use postern_protocol::{digest::Digest, id::MessageId, time::Timestamp};

/// One message. Several may stand on a link; newest last.
pub struct Letter {
    /// Its number on the link, from 1.
    pub number: u32,
    /// What stands in it, in order.
    pub entries: Vec<Entry>,
    pub(crate) mid: MessageId,
    pub(crate) level: u8,
    pub(crate) shown: Digest,
}

/// One part of a message.
pub enum Entry {
    /// A text.
    Text(Text),
    /// A visit to confirm.
    Appointment(Appointment),
}

/// A text from the clinic (FHIR Communication).
pub struct Text {
    /// Its heading; empty if none.
    pub subject: String,
    /// Who wrote it, with role; empty if none.
    pub sender: String,
    /// When it was sent, if said.
    pub sent: Option<Timestamp>,
    /// Small Markdown: paragraphs, emphasis, lists, links.
    pub text: String,
}

/// A visit (FHIR Appointment).
pub struct Appointment {
    /// Names it inside the visit: the value for [`super::visit::VisitEvent`]'s `item`.
    pub item: usize,
    /// What kind of visit; empty if not said.
    pub what: String,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends, if said.
    pub end: Option<Timestamp>,
    /// The clinic's zone, an IANA name: the times are said in it.
    pub zone: String,
    /// With whom; empty if not said.
    pub who: String,
    /// Where (name and address, lines separated by line feeds); empty if not said.
    pub place: String,
    /// How to prepare, small Markdown; empty if nothing.
    pub prepare: String,
    /// Until when the answer may be given or changed.
    pub cut_off: Timestamp,
    pub(crate) id: String,
}
