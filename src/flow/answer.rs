//! An answer: being made, on its way, received.

use super::{consent::Chosen, preferences::Typed, retry::Call};
pub use postern_fhir::code::{TimeOfDay, Weekday};
use postern_fhir::{AppointmentResponse, appointment_response, datatype::PreferredTimes, preferences::Wish};
use postern_protocol::{error_code::ErrorCode, id::RecordId, record::RecordKind, time::Timestamp};

/// What can be answered to a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// "Yes, I will come."
    Confirm,
    /// "I cannot come."
    Cancel,
    /// "I need another time."
    OtherTime,
}

/// What has been typed and ticked so far, on every answer page. The page draws its fields from this when it starts (also after
/// a cover) and sends [`super::visit::VisitEvent::Typed`] on each input; such an event is quiet, nothing is redrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Days that suit.
    pub days: Vec<Weekday>,
    /// Times of day that suit; empty is "any".
    pub times: Vec<TimeOfDay>,
    /// What is ticked on a consent's page, or on that of the texts.
    pub boxes: Vec<String>,
    /// The name typed under a consent.
    pub signature: String,
    /// What is chosen and typed on the page of the texts, and what is written back.
    pub typed: Box<Typed>,
    /// A note to the clinic, at most [`NOTE_LETTERS`].
    pub note: String,
    /// "I am answering for someone else" is open.
    pub for_other: bool,
    /// The helper's name.
    pub helper_name: String,
    /// What the helper is to the patient.
    pub helper_relationship: String,
    /// Id of the field that last had focus; the browser tells it, pages leave it alone.
    pub focus: Option<String>,
}

/// Longest note.
pub const NOTE_LETTERS: usize = 500;
/// More milliseconds than this between the phone's word on when it was answered and the portal's are flagged.
pub const CLOCKS_APART: u64 = 10 * 60 * 1000;
/// Longest name or relationship.
pub const NAME_LETTERS: usize = 100;

/// The fields of the answer pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Field {
    Days,
    Times,
    Note,
    HelperName,
    HelperRelationship,
    Signature,
    Language,
    Reply,
}

/// Why the answer page could not go on; the error summary lists these, each field has its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftProblem {
    /// Asking for another time needs a day, a time of day or a note.
    NothingSaid,
    /// Nothing is written.
    NoWords,
    /// Answering for someone else needs a name.
    NoHelperName,
    /// … and a relationship.
    NoHelperRelationship,
    /// Agreeing needs a ticked box.
    NothingTicked,
    /// Agreeing in writing needs a typed name.
    NotSigned,
    /// The consent lacks something by itself: it cannot be saved whatever is typed.
    NotComplete,
    /// Texts: neither any nor none are chosen.
    NoTexts,
    /// A pause without an end.
    NoPause,
    /// Another language, and not which.
    NoLanguage,
    /// Neither a new number nor a new address.
    NoContact,
    /// This cannot be a telephone number.
    NotANumber,
    /// This cannot be an e-mail address.
    NotAnAddress,
    /// Longer than [`NOTE_LETTERS`] or [`NAME_LETTERS`].
    TooLong(Field),
}

impl Draft {
    /// Whether anything would be lost.
    pub fn is_empty(&self) -> bool {
        *self == Self { focus: self.focus.clone(), ..Self::default() }
    }

    pub(crate) fn signature_is_too_long(&self) -> bool {
        self.signature.chars().count() > NAME_LETTERS
    }

    /// Whether it can be sent with this choice.
    ///
    /// # Errors
    /// The first thing that is missing or too long.
    pub(crate) fn check(&self, choice: Choice) -> Result<(), DraftProblem> {
        let too_long = |text: &str, most: usize| text.chars().count() > most;
        if choice == Choice::OtherTime
            && self.days.is_empty()
            && self.times.is_empty()
            && self.note.trim().is_empty()
        {
            return Err(DraftProblem::NothingSaid);
        }
        if too_long(&self.note, NOTE_LETTERS) {
            return Err(DraftProblem::TooLong(Field::Note));
        }
        self.check_helper()
    }

    /// Whether whoever answers for someone else has said who they are.
    pub(crate) fn check_helper(&self) -> Result<(), DraftProblem> {
        let too_long = |text: &str, most: usize| text.chars().count() > most;
        if self.for_other {
            for (text, empty, field) in [
                (&self.helper_name, DraftProblem::NoHelperName, Field::HelperName),
                (&self.helper_relationship, DraftProblem::NoHelperRelationship, Field::HelperRelationship),
            ] {
                if text.trim().is_empty() {
                    return Err(empty);
                }
                if too_long(text, NAME_LETTERS) {
                    return Err(DraftProblem::TooLong(field));
                }
            }
        }
        Ok(())
    }

    /// What the FHIR resource says of it.
    pub(crate) fn answer(&self, choice: Choice) -> appointment_response::Answer {
        match choice {
            Choice::Confirm => appointment_response::Answer::Confirm,
            Choice::Cancel => appointment_response::Answer::Cancel,
            Choice::OtherTime => appointment_response::Answer::AnotherTime(PreferredTimes {
                days: self.days.clone(),
                times: self.times.clone(),
            }),
        }
    }
}

/// A sealed answer on its way: the same bytes until the receipt comes. [`crate::flow::Screen::Sending`] shows "Sending your
/// answer", and with [`Call::Waiting`] that there is no connection, that it is kept and sent again by itself; event
/// [`super::visit::VisitEvent::Retry`].
pub struct Sending {
    /// How the call fares.
    pub call: Call,
    /// What is sent.
    pub kind: RecordKind,
    pub(crate) rid: RecordId,
    pub(crate) record: String,
    pub(crate) own: String,
    pub(crate) level: u8,
}

/// An answer that the clinic's side holds, proved by its receipt.
pub struct Answered {
    /// Which visit, consent or page elsewhere; `None` of a wish, and if that message is missing.
    pub item: Option<usize>,
    /// Number of the message that it answers; `None` if that is missing.
    pub message: Option<u32>,
    /// What was answered.
    pub said: Said,
    /// Name and relationship of who answered for the patient.
    pub helper: Option<(String, String)>,
    /// When it was received, by the portal's clock.
    pub received_at: Timestamp,
    /// When the phone says it was answered, if that is more than [`CLOCKS_APART`] from `received_at`: say so.
    pub noted_at: Option<Timestamp>,
    /// The receipt code, `7F3K-9QXM`.
    pub code: String,
    /// The proof to save, while the sealed record is in hand: right after it was received.
    pub proof: Option<String>,
    /// A newer answer to the same visit or consent took its place.
    pub replaced: bool,
    pub(crate) rid: RecordId,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// To a visit.
    Visit {
        /// What.
        choice: Choice,
        /// Days asked for.
        days: Vec<Weekday>,
        /// Times of day asked for.
        times: Vec<TimeOfDay>,
        /// The note; empty if none.
        note: String,
    },
    /// To a consent.
    Consent(Chosen),
    /// A page elsewhere was opened.
    Opened,
    /// What was written to the clinic: no other takes its place.
    Reply(String),
    /// What is wished of the texts: it answers nothing, and no other takes its place.
    Wish(Wish),
}

impl Said {
    /// From the resource that was sent. `None` if this page never sends such an answer.
    pub(crate) fn of(response: AppointmentResponse) -> Option<Self> {
        let (choice, wishes) = match response.answer {
            appointment_response::Answer::Confirm => (Choice::Confirm, PreferredTimes::default()),
            appointment_response::Answer::Cancel => (Choice::Cancel, PreferredTimes::default()),
            appointment_response::Answer::AnotherTime(wishes) => (Choice::OtherTime, wishes),
            _ => return None,
        };
        let note = response.comment.unwrap_or_default();
        Some(Self::Visit { choice, days: wishes.days, times: wishes.times, note })
    }
}

/// Why an answer was not taken. [`crate::flow::Screen::NotTaken`] says so and gives the clinic's number
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_time_needs_a_day_a_time_or_a_note() {
        let empty = Draft { note: "  ".into(), ..Draft::default() };
        assert_eq!(empty.check(Choice::OtherTime), Err(DraftProblem::NothingSaid));
        assert_eq!(empty.check(Choice::Confirm), Ok(()));
        for draft in [
            Draft { days: vec![Weekday::Friday], ..Draft::default() },
            Draft { times: vec![TimeOfDay::Morning], ..Draft::default() },
            Draft { note: "Any day in May".into(), ..Draft::default() },
        ] {
            assert_eq!(draft.check(Choice::OtherTime), Ok(()));
        }
    }

    #[test]
    fn answering_for_someone_else_needs_name_and_relationship_and_both_have_an_end() {
        let helper = |name: &str, relationship: &str| Draft {
            for_other: true,
            helper_name: name.into(),
            helper_relationship: relationship.into(),
            ..Draft::default()
        };
        assert_eq!(helper(" ", "Daughter").check(Choice::Confirm), Err(DraftProblem::NoHelperName));
        assert_eq!(helper("A", "").check(Choice::Confirm), Err(DraftProblem::NoHelperRelationship));
        assert_eq!(helper("A", "Daughter").check(Choice::Confirm), Ok(()));
        let long = "é".repeat(NAME_LETTERS + 1);
        assert_eq!(
            helper(&long, "Daughter").check(Choice::Confirm),
            Err(DraftProblem::TooLong(Field::HelperName))
        );
        let closed = Draft { for_other: false, ..helper(&long, "") };
        assert_eq!(closed.check(Choice::Confirm), Ok(()), "a closed part is not asked");
    }
}
