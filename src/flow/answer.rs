//! An answer: being made, sealed, sent, received.

use super::retry::Call;
use postern_protocol::{error_code::ErrorCode, id::RecordId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What can be answered to a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// "Yes, I will come."
    Confirm,
    /// "I cannot come."
    Cancel,
    /// "I need another time."
    OtherTime,
}

/// A day of the week, Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Part of a day that suits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartOfDay {
    /// Before noon.
    Morning,
    /// After noon.
    Afternoon,
}

/// What has been typed and ticked so far, on every answer page. The page draws its fields from this when it starts (also after
/// a cover) and sends [`super::visit::VisitEvent::Typed`] on each input; such an event is quiet, nothing is redrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Days that suit.
    pub days: Vec<Weekday>,
    /// Part of the day that suits; `None` is "any".
    pub part: Option<PartOfDay>,
    /// A note to the clinic, at most [`NOTE_LETTERS`].
    pub note: String,
    /// "I am answering for someone else" is open.
    pub for_other: bool,
    /// The helper's name.
    pub helper_name: String,
    /// What the helper is to the patient.
    pub helper_relationship: String,
    /// The field that last had focus: goes there again after a cover.
    pub focus: Option<Field>,
}

/// Longest note.
pub const NOTE_LETTERS: usize = 500;
/// Longest name or relationship.
pub const NAME_LETTERS: usize = 100;

/// The fields of the answer pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Field {
    Days,
    Part,
    Note,
    HelperName,
    HelperRelationship,
}

/// Why the answer page could not go on; the error summary lists these, each field has its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftProblem {
    /// Asking for another time needs a day or a note.
    NoDayAndNoNote,
    /// Answering for someone else needs a name.
    NoHelperName,
    /// … and a relationship.
    NoHelperRelationship,
    /// Longer than [`NOTE_LETTERS`] or [`NAME_LETTERS`].
    TooLong(Field),
}

/// A sealed answer on its way: the same bytes until the receipt comes. [`crate::flow::Screen::Sending`] shows "Sending your
/// answer", and with [`Call::Waiting`] that there is no connection, that it is kept and sent again by itself; event
/// [`super::visit::VisitEvent::Retry`].
pub struct Sending {
    /// Which visit.
    pub item: usize,
    /// What is being answered.
    pub choice: Choice,
    /// How the call fares.
    pub call: Call,
    pub(crate) rid: RecordId,
    pub(crate) record: String,
    pub(crate) own: String,
    pub(crate) level: u8,
}

/// An answer that the clinic's side holds, proved by its receipt.
pub struct Answered {
    /// Which visit.
    pub item: usize,
    /// What was answered.
    pub choice: Choice,
    /// Days asked for.
    pub days: Vec<Weekday>,
    /// Part of the day asked for.
    pub part: Option<PartOfDay>,
    /// The note.
    pub note: String,
    /// Name and relationship of who answered for the patient.
    pub helper: Option<(String, String)>,
    /// When it was received, by the portal's clock.
    pub received_at: Timestamp,
    /// The receipt code, `7F3K-9QXM`.
    pub code: String,
    /// A newer answer to the same visit took its place.
    pub replaced: bool,
    pub(crate) rid: RecordId,
}

/// Why an answer was not taken. [`crate::flow::Screen::NotTaken`] says so and gives the clinic's number; nothing typed is lost
/// (event [`super::visit::VisitEvent::Back`] goes to the message).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// The clinic's cut-off has passed: call.
    TooLate,
    /// The receipt does not prove what it should: do not rely on it, call.
    ReceiptDoesNotHold,
    /// The link holds no more answers.
    Full,
    /// Refused for a reason that is no fault of the patient.
    Refused(ErrorCode),
}
