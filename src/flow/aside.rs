//! What needs no proof of who you are: opting out, "this isn't me", "my birth date is right". Each asks for something typed,
//! so that no robot does it by pressing; the app checks it, a press alone sends nothing.

use super::{Journey, Screen, link::Link, retry::Call};
use postern_protocol::error_code::ErrorCode;

/// [`Screen::OptOut`], [`Screen::WrongPerson`], [`Screen::BirthDateQuestion`].
pub struct Aside {
    /// Which.
    pub kind: AsideKind,
    /// How far it is.
    pub step: AsideStep,
    /// Where "Back" goes.
    pub(crate) behind: Journey,
    pub(crate) link: Link,
}

/// Which aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsideKind {
    /// No more texts. The field takes STOP or the language's word.
    OptOut,
    /// "This isn't me". Says what happens: the link closes, the clinic is told. The field takes the two digits.
    WrongPerson {
        /// To be copied.
        digits: [u8; 2],
    },
    /// "My birth date is right": the clinic is told to look; no date is sent. The field takes the two digits.
    BirthDateQuestion {
        /// To be copied.
        digits: [u8; 2],
    },
}

impl AsideKind {
    /// Its page.
    pub fn screen(self) -> Screen {
        match self {
            Self::OptOut => Screen::OptOut,
            Self::WrongPerson { .. } => Screen::WrongPerson,
            Self::BirthDateQuestion { .. } => Screen::BirthDateQuestion,
        }
    }
}

/// How far an aside is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsideStep {
    /// The field and its button.
    Asking {
        /// What was typed is not what was asked for: error summary and the field's line.
        mistyped: bool,
    },
    /// On its way; [`Call::Waiting`] as everywhere.
    Sending(Call),
    /// Taken: what happens next. (For "this isn't me" the page ends instead, [`super::ended::Why::WrongPersonTold`].)
    Sent,
    /// Refused for a reason that is no fault of the patient: the clinic's number.
    Refused(ErrorCode),
}

/// Which aside to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum AsideDoor {
    OptOut,
    WrongPerson,
    BirthDateQuestion,
}

/// What pages may send.
pub enum AsideEvent {
    /// From the door, a dead end with a link, or an open visit.
    Open(AsideDoor),
    /// The button, with the field's text; `word` is the page language's word for STOP.
    Submit {
        /// The field's text.
        typed: String,
        /// The word that the page asks for.
        word: &'static str,
    },
    /// "Try again now" while the call waits.
    Retry,
    /// Back to where it was opened.
    Back,
}
