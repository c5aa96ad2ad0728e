//! The open message: from the session's first answer until it is covered, ended or left.

use super::{
    Screen,
    answer::{Answered, Choice, Draft, DraftProblem, NotTaken, Sending},
    content::Letter,
    idle::Idle,
    link::Link,
};
use postern_protocol::{base64url::FixedBytes, derive::ContentKeys, digest::Digest, keys::PublicKey, time::Timestamp};

/// Every page of an open message. Quick exit, help and language stand in the frame as everywhere.
pub struct Visit {
    /// The clinic's name as sealed in the newest message.
    pub clinic_name: String,
    /// The messages, oldest first.
    pub letters: Vec<Letter>,
    /// Numbers of messages that are missing: "Message 2 is missing. Please call us."
    pub missing: Vec<u32>,
    /// Some proof in what the portal served does not hold (receipt chain, own copies): say so, with the clinic's number.
    pub doubtful: bool,
    /// What was answered, oldest first; the newest of an item that is not `replaced` stands on its card with "Change my answer".
    pub answers: Vec<Answered>,
    /// Which page of the visit.
    pub step: Step,
    /// What has been typed on the answer page.
    pub draft: Draft,
    /// The warning dialog.
    pub idle: Idle,
    pub(crate) link: Link,
    pub(crate) session: Session,
    pub(crate) keys: ContentKeys,
    pub(crate) clinic_key: PublicKey,
    pub(crate) portal_keys: Vec<PublicKey>,
    pub(crate) last_receipt: LastReceipt,
}

/// The session with the portal.
pub(crate) struct Session {
    pub(crate) token: FixedBytes<32>,
    /// By the phone's clock.
    pub(crate) ends_at: Timestamp,
    pub(crate) opened_at: Timestamp,
    pub(crate) renewed_at: Timestamp,
    /// The portal's clock less the phone's, milliseconds.
    pub(crate) skew: i64,
}

/// Where the receipt chain stands.
#[derive(Clone, Copy)]
pub(crate) struct LastReceipt {
    pub(crate) seq: u64,
    pub(crate) digest: Digest,
}

/// Which page of the visit.
pub enum Step {
    /// The messages; each appointment card has its three buttons, or what was answered with "Change my answer" until its cut-off, or
    /// "please call" after it. "I am answering for someone else" opens name and relationship.
    Reading {
        /// Why a pressed button did not go on.
        problem: Option<DraftProblem>,
    },
    /// "Cancel this visit?", with an optional note.
    Cancelling {
        /// Which visit.
        item: usize,
        /// Why the button did not go on.
        problem: Option<DraftProblem>,
    },
    /// Days, part of the day, a note.
    OtherTime {
        /// Which visit.
        item: usize,
        /// Why the button did not go on.
        problem: Option<DraftProblem>,
    },
    /// On its way.
    Sending(Box<Sending>),
    /// Received: `answers[answer]` says what, when and the code.
    Received {
        /// Index into [`Visit::answers`].
        answer: usize,
    },
    /// Not taken.
    NotTaken(NotTaken),
}

impl Step {
    /// Its page.
    pub fn screen(&self) -> Screen {
        match self {
            Self::Reading { .. } => Screen::Message,
            Self::Cancelling { .. } => Screen::CancelCheck,
            Self::OtherTime { .. } => Screen::OtherTime,
            Self::Sending(_) => Screen::Sending,
            Self::Received { .. } => Screen::Receipt,
            Self::NotTaken(_) => Screen::NotTaken,
        }
    }
}

/// What is kept, sealed, while the page is covered.
pub(crate) struct Kept {
    /// Draft and page, sealed under the content key of its message.
    pub(crate) typed: Option<SealedDraft>,
    /// An answer on its way (ciphertext).
    pub(crate) sending: Option<Box<Sending>>,
}

/// What was typed, sealed.
pub(crate) struct SealedDraft {
    pub(crate) level: u8,
    pub(crate) mid: postern_protocol::id::MessageId,
    pub(crate) jwe: String,
}

/// What the pages may send.
pub enum VisitEvent {
    /// A press on one of the three buttons of a card. Confirm is sent at once; the others open their page.
    Choose {
        /// Which visit.
        item: usize,
        /// What.
        choice: Choice,
    },
    /// The button of the cancel or other-time page: seal and send. A second press does nothing more.
    Send,
    /// The page's fields as they are now. Quiet.
    Typed(Draft),
    /// From an answer page, the receipt or "not taken" to the messages.
    Back,
    /// "Try again now" while the answer waits for the network.
    Retry,
    /// "Stay on this page" in the warning.
    Stay,
    /// "Close now": ends the session and covers the page.
    Close,
}
