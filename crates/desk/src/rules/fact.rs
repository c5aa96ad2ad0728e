//! What the ledger tells of a telephone number, as far as a decision to send depends on it. A fact belongs to one number (its
//! keyed hash); it stands in the ledger line of the event it came from, and [`super::Standing`] is what all facts of a number
//! add up to, in the ledger's order.

use super::scope::Scope;
use postern_protocol::{category::Category, time::Timestamp};
use serde::{Deserialize, Serialize};

/// One fact about a number. Its JSON form stands in the ledger for years: members may be added, none changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// A person agreed to texts of a category at this number.
    ConsentGiven {
        /// To what.
        category: Category,
        /// The clinic's id of the patient it is about.
        person: String,
        /// In which form: it decides for which categories it can be a basis.
        form: ConsentForm,
        /// From when.
        since: Timestamp,
        /// Until when; without it until it is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// Where it stands.
        source: Source,
        /// A helper gave it for a patient who was a child then: it is no basis once they have come of age.
        #[serde(default, skip_serializing_if = "is_false")]
        for_child: bool,
    },
    /// A person took consent back, or refused it when asked. Texts of the category about them end, whatever other basis
    /// there was.
    ConsentWithdrawn {
        /// To what.
        category: Category,
        /// The clinic's id of the patient it is about.
        person: String,
        /// Where it stands.
        source: Source,
    },
    /// Whoever holds the number wants no more texts.
    OptedOut {
        /// Of which.
        scope: Scope,
        /// On which way they said so.
        channel: Channel,
    },
    /// Whoever holds the number wants texts again. It lifts an opt-out and is no consent.
    OptedIn {
        /// Which.
        scope: Scope,
        /// On which way they said so.
        channel: Channel,
    },
    /// Whoever holds the number wants no texts for a while; without `until` that is over.
    Paused {
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// The number is the patient's.
    NumberConfirmed {
        /// How that is known.
        how: Confirmation,
    },
    /// Somebody said that the number is not the patient's.
    NumberReported,
    /// Staff spoke to the patient: the number is theirs after all.
    NumberSettled,
    /// It was decided that a text goes to the number; it counts from now on.
    TextDecided {
        /// The text's id: its message's, or one of its own where it carries none.
        text: String,
        /// About what.
        category: Category,
        /// On which basis.
        basis: Basis,
        /// Whether it counts among the texts without consent.
        counted: bool,
        /// Of which kind.
        occasion: TextKind,
        /// The clinic's id of the patient it is about.
        person: String,
        /// The zone whose hours were looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<String>,
        /// The check-in that it follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checked_in: Option<Timestamp>,
        /// The policy it was decided under.
        policy: String,
    },
    /// A text that was decided did not go out and will not: it counts no more.
    TextReturned {
        /// The text's id.
        text: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
pub(super) fn is_false(truth: &bool) -> bool {
    !truth
}

/// In which form somebody agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentForm {
    /// To texts about care: appointments, messages, forms; also payments, recall and surveys where each was its own box.
    CareTexts,
    /// To marketing, in writing and signed, with number, sender's name and "no condition of care".
    MarketingWritten,
}

/// Where a consent, or its end, stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A signed record of the portal, by its id.
    Record(String),
    /// Paper or a form at the counter, by the id under which the clinic keeps it.
    Paper(String),
}

/// On which way somebody said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A reply by text.
    Text,
    /// A page behind a link, without the factor.
    Page,
    /// A page behind a link, after the factor.
    ProvenPage,
    /// Staff wrote it down: a call, the counter, a letter.
    Staff,
}

/// How it is known that a number is the patient's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirmation {
    /// A link sent to it was opened with the right factor.
    LinkOpened,
    /// YES answered the number text.
    Yes,
    /// Staff booked it, and how: "read it back at the counter". Who is the ledger line's actor.
    Staff(String),
}

/// Why a text may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The number was given to the clinic for care, and the text is about that care.
    Transactional,
    /// A recorded consent.
    Consent,
    /// The person's own act just now.
    OwnAct,
}

/// The kinds of text that rules tell apart beside the category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// A message of the clinic.
    Message,
    /// A room is ready, just after a check-in.
    RoomReady,
    /// Asks whether the number is right.
    Number,
    /// Confirms an opt-out.
    OptOutDone,
    /// Anything else that the person's own act asks for.
    Asked,
}

impl Fact {
    /// The stable word of its kind, as in its JSON form.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ConsentGiven { .. } => "consent-given",
            Self::ConsentWithdrawn { .. } => "consent-withdrawn",
            Self::OptedOut { .. } => "opted-out",
            Self::OptedIn { .. } => "opted-in",
            Self::Paused { .. } => "paused",
            Self::NumberConfirmed { .. } => "number-confirmed",
            Self::NumberReported => "number-reported",
            Self::NumberSettled => "number-settled",
            Self::TextDecided { .. } => "text-decided",
            Self::TextReturned { .. } => "text-returned",
        }
    }
}
