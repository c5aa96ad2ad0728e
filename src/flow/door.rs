//! The birth date: from the painted fields to the opened session.

use super::{
    birth_date::{DateProblem, TypedDate},
    link::Link,
    retry::Call,
};
use postern_protocol::{
    error_code::ErrorCode,
    factor::BirthDate,
    time::Timestamp,
    wire::{link_open::OpenResponse, verify::FinishRequest, verify::StartRequest},
};

/// [`crate::flow::Screen::Door`]. The fields keep what was typed by themselves (the page never redraws them, except after
/// [`Attempt::Typing`] with `clear` below is not needed: nothing is ever cleared).
/// The button is busy unless [`Attempt::Typing`]; a second press then does nothing.
pub struct Door {
    /// Why the date is asked for.
    pub why: Asked,
    /// What the portal said about the link.
    pub opening: Opening,
    /// What is being done with a date.
    pub attempt: Attempt,
    /// The error summary (takes focus when this changes to `Some`), the field's own line, what to do.
    pub problem: Option<Problem>,
    /// Wrong dates given on this page: from the second on, "my birth date is right" is offered.
    pub wrong: u32,
    pub(crate) link: Link,
    pub(crate) kept: Option<super::visit::Kept>,
}

impl Door {
    /// Whether "my birth date is right" ([`super::aside::AsideKind::BirthDateQuestion`]) is offered.
    pub fn offers_question(&self) -> bool {
        self.wrong >= 2
    }
}

/// Why the date is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The link was tapped.
    Arrived,
    /// Nobody touched the page for five minutes: covered. "What you typed is kept." if `typed`.
    Idle {
        /// Something typed waits.
        typed: bool,
    },
    /// The session ended: too long, or ended by the portal. Covered.
    SessionEnded {
        /// Something typed waits.
        typed: bool,
    },
}

/// `link/open`.
pub enum Opening {
    /// On its way, or failing: the form is usable meanwhile; say something only when [`Call::Waiting`].
    Asking(Call),
    /// It can be opened. Clinic, tries left, open slots.
    Open(OpenResponse),
}

/// What is being done with a date.
pub enum Attempt {
    /// Nothing: the fields are the patient's.
    Typing,
    /// Continue was pressed before the portal answered: "One moment, your link is still being looked up."
    Waiting {
        /// As typed.
        date: BirthDate,
    },
    /// `verify/start`: "Checking your birth date."
    Starting(Box<Starting>),
    /// `verify/finish`: the date was right; "Opening your message."
    Finishing(Box<Finishing>),
}

/// A try on its way. The same `ke1` goes out again, so that it counts once.
pub struct Starting {
    /// As typed.
    pub date: BirthDate,
    /// How the call fares.
    pub call: Call,
    pub(crate) login: postern_protocol::opaque::client::Login,
    pub(crate) body: StartRequest,
}

/// A right date whose session is being opened. The same `ke3` goes out again.
pub struct Finishing {
    /// As typed.
    pub date: BirthDate,
    /// How the call fares.
    pub call: Call,
    pub(crate) slot: u16,
    pub(crate) export_key: postern_protocol::opaque::client::ExportKey,
    pub(crate) token: postern_protocol::base64url::FixedBytes<32>,
    pub(crate) body: FinishRequest,
    pub(crate) started_at: Timestamp,
}

/// What the error summary says. Never blame; tries left in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The fields are no birth date; nothing was sent, no try is lost (say so).
    Date(DateProblem),
    /// Not the date the clinic has. Say the date back in words, and the tries left.
    Wrong {
        /// As typed.
        date: BirthDate,
        /// Left on this link.
        tries_left: u32,
    },
    /// Too many calls from this network: wait a minute.
    TooMany,
    /// The portal refused in a way that is not the patient's fault: try again later or call. No try was lost.
    Refused(ErrorCode),
}

/// What the page may send.
pub enum DoorEvent {
    /// Continue, with the three fields.
    Continue(TypedDate),
    /// "Try again now" while a call waits.
    Retry,
}
