//! The open message: from the session's first answer until it is covered, ended or left.

mod answering;
mod cover;
mod events;
mod opened;
pub(crate) mod opening;
mod thread;
mod watch;

pub(crate) use cover::Kept;
pub(crate) use watch::POLL_MILLISECONDS;

use super::{
    Journey, Screen, Turn,
    answer::{Answered, Choice, Draft, DraftProblem, NotTaken, Said, Sending},
    consent::Which,
    content::{Action, Appointment, Consent, Letter},
    ended::{Ended, Why},
    idle::Idle,
    link::Link,
    preferences::{Sheet, Topic},
};
use postern_protocol::{
    base64url::FixedBytes, derive::ContentKeys, digest::Digest, id::ClinicId, keys::PublicKey, page::Act,
    receipt::Receipt, time::Timestamp, wire::authorization::Authorization,
};

/// Every page of an open message. Quick exit, help and language stand in the frame as everywhere.
pub struct Visit {
    /// The clinic's name as sealed in the newest message.
    pub clinic_name: String,
    /// The messages, oldest first.
    pub letters: Vec<Letter>,
    /// Numbers of messages that are missing: "Message 2 is missing. Please call us."
    pub missing: Vec<u32>,
    /// Some proof in what the portal served does not hold (a receipt, an own copy): say so, with the clinic's number.
    pub doubtful: bool,
    /// What was answered, oldest first; the one of an item that is not `replaced` stands on its card with "Change my answer".
    pub answers: Vec<Answered>,
    /// Which page of the visit.
    pub step: Step,
    /// About which of the link's patients the page is; 0 until that was chosen, or where there is only one.
    pub(crate) place: u64,
    /// What has been typed on the answer pages.
    pub draft: Draft,
    /// The page that the page of the texts was opened from, with what was typed there.
    pub(crate) behind: Option<Box<(Step, Draft)>>,
    /// That a page elsewhere was opened, each with its item, on its way behind whatever page stands there.
    pub(crate) openings: Vec<(usize, Sending)>,
    /// STOP was typed on this page since the texts were last chosen.
    pub(crate) stopped: bool,
    /// What came while the page was open.
    pub(crate) came: Vec<thread::Came>,
    /// The largest number of a message that the portal named.
    pub(crate) newest: u32,
    /// The portal says that the session is over, and was asked about the link.
    pub(crate) asks_why: bool,
    /// Just came back after a cover: the page starts with the focus on the field of this id, not on its heading.
    pub resume: Option<String>,
    /// The warning dialog.
    pub idle: Idle,
    pub(crate) visible: bool,
    pub(crate) link: Link,
    pub(crate) clinic: ClinicId,
    pub(crate) session: Session,
    pub(crate) keys: ContentKeys,
    pub(crate) clinic_key: PublicKey,
    pub(crate) portal_keys: Vec<PublicKey>,
    pub(crate) last_receipt: Option<(Receipt, Digest)>,
}

/// The session with the portal.
pub(crate) struct Session {
    pub(crate) token: FixedBytes<32>,
    /// By the phone's clock, as the next two.
    pub(crate) ends_at: Timestamp,
    pub(crate) opened_at: Timestamp,
    pub(crate) renewed_at: Timestamp,
    /// The portal's clock less the phone's, milliseconds.
    pub(crate) ahead: i64,
}

/// Which page of the visit.
pub enum Step {
    /// Messages about several patients: whose comes first? [`Visit::patients`].
    Whose,
    /// The messages; each appointment card has its three buttons, or what was answered with "Change my answer" until its end, or
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
    /// Days, times of day, a note.
    OtherTime {
        /// Which visit.
        item: usize,
        /// Why the button did not go on.
        problem: Option<DraftProblem>,
    },
    /// A consent's page: the list that came with it. It stands first while nothing was chosen; "not now" opens the message.
    Consent {
        /// Which consent.
        item: usize,
        /// Which of its pages.
        which: Which,
        /// Why the button did not go on.
        problem: Option<DraftProblem>,
    },
    /// Which texts come and why, with what can be wished: [`Visit::sheet`].
    Preferences {
        /// Why a button did not go on.
        problem: Option<DraftProblem>,
    },
    /// Writing back: [`Visit::open_to_replies`] says when it is read, and what is typed is in [`Draft::typed`].
    Writing {
        /// Number of the message that is written back to.
        message: u32,
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
            Self::Whose => Screen::Whose,
            Self::Reading { .. } => Screen::Message,
            Self::Cancelling { .. } => Screen::CancelCheck,
            Self::OtherTime { .. } => Screen::OtherTime,
            Self::Consent { .. } => Screen::Consent,
            Self::Preferences { .. } => Screen::Preferences,
            Self::Writing { .. } => Screen::Reply,
            Self::Sending(_) => Screen::Sending,
            Self::Received { .. } => Screen::Receipt,
            Self::NotTaken(_) => Screen::NotTaken,
        }
    }
}

/// What the pages may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisitEvent {
    /// A press on one of the three buttons of a card. Confirm is sent at once; the others open their page.
    Choose {
        /// Which visit.
        item: usize,
        /// What.
        choice: Choice,
    },
    /// The button of the cancel, other-time or reply page: seal and send. A second press does nothing more.
    Send,
    /// From the message or the receipt to a consent's page.
    OpenConsent {
        /// Which consent.
        item: usize,
        /// Which of its pages.
        which: Which,
    },
    /// The link to a page elsewhere was pressed. The browser opens it by itself; that it was opened is recorded once. Quiet.
    Opens {
        /// Which one.
        item: usize,
    },
    /// A press on one of a consent's buttons. What agrees, refuses or takes back is sent; the others go to the message.
    Act(Act),
    /// To the messages about this one of the link's patients.
    Whose(u64),
    /// To the page of the texts, from every other.
    OpenPreferences,
    /// The button of one of its parts: seal and send.
    Wish(Topic),
    /// From the message or the receipt to the page that writes back.
    OpenReply,
    /// From any page to the messages, where one came meanwhile. What was typed stays.
    ReadNew,
    /// The page's fields as they are now. Quiet.
    Typed(Draft),
    /// A field got the focus; the engine sends this. Quiet.
    Focused(String),
    /// From an answer page, the receipt or "not taken" to the messages; from the page of the texts to where it was opened.
    Back,
    /// "Try again now" while the answer waits for the network.
    Retry,
    /// "Stay on this page" in the warning.
    Stay,
    /// "Close now": ends the session and covers the page.
    Close,
    /// "Leave now": everything goes, `history.state` too, and the page is left for another site.
    Exit,
}

impl Visit {
    /// A visit by its number.
    pub fn appointment(&self, item: usize) -> Option<&Appointment> {
        self.letters.iter().flat_map(Letter::appointments).find(|one| one.item == item)
    }

    /// A consent by its number.
    pub fn consent(&self, item: usize) -> Option<&Consent> {
        self.letters.iter().flat_map(Letter::consents).find(|one| one.item == item)
    }

    /// Something to do elsewhere, by its number.
    pub fn action(&self, item: usize) -> Option<&Action> {
        self.letters.iter().flat_map(Letter::actions).find(|one| one.item == item)
    }

    /// How the texts stand; `None` if no message says it.
    pub fn sheet(&self) -> Option<Sheet> {
        let wishes = self.answers.iter().filter_map(|one| match &one.said {
            Said::Wish(wish) => Some(wish),
            _ => None,
        });
        let mut sheet = Sheet::read(self.said_of_texts()?.preferences.as_ref()?, wishes)?;
        if self.stopped {
            sheet.wanted.clear();
        }
        Some(sheet)
    }

    /// The messages about whom the page is, and those that are for whoever reads; oldest first.
    pub fn shown(&self) -> impl DoubleEndedIterator<Item = &Letter> {
        self.letters.iter().filter(|letter| matches!(letter.place(), 0) || letter.place() == self.place)
    }

    /// The newest message that says how the texts stand.
    pub(crate) fn said_of_texts(&self) -> Option<&Letter> {
        self.shown().rev().find(|letter| letter.preferences.is_some())
    }

    /// The portal's time.
    pub fn clock(&self, now: Timestamp) -> Timestamp {
        Timestamp(now.0 + self.session.ahead)
    }

    /// The newest consent that nothing was chosen about.
    pub(crate) fn unanswered_consent(&self) -> Option<usize> {
        let mut asked = self.shown().rev().flat_map(Letter::consents).map(|one| one.item);
        asked.find(|item| self.answer_to(*item).is_none())
    }

    /// The answer that holds for a visit or consent.
    pub fn answer_to(&self, item: usize) -> Option<&Answered> {
        self.answers.iter().rev().find(|one| one.item == Some(item) && !one.replaced)
    }

    /// Whether an answer to this visit may be given or changed now. By the portal's clock.
    pub fn may_answer(&self, item: usize, now: Timestamp) -> bool {
        let end = self.appointment(item).and_then(|one| one.answers_end);
        end.is_some_and(|end| self.clock(now) < end)
    }

    pub(crate) fn authorization(&self) -> Authorization {
        Authorization::Session { lid: self.link.keys.lid, token: self.session.token }
    }

    fn shows(self: Box<Self>) -> Turn {
        Turn::shows(Journey::Visit(self))
    }

    /// The link ended while the message was open.
    fn ends(self: Box<Self>, why: Why) -> Turn {
        Ended::turn(Some(self.link), why, true)
    }

    fn stays(self: Box<Self>) -> Turn {
        Turn::quiet(Journey::Visit(self))
    }
}
