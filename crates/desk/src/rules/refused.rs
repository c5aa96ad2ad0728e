//! Why a text may not go: codes, reasons, remedies.

use super::scope::Scope;
use crate::refusal::Refusal;
use postern_protocol::{category::Category, time::Timestamp};

/// One rule that stands against a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Whoever holds the number wants no such texts.
    OptedOut(Scope),
    /// The number is said to be somebody else's.
    Reported,
    /// The person took consent back, or refused it.
    ConsentWithdrawn(Category),
    /// A helper agreed for the patient as a child, and the patient has come of age.
    ConsentAgedOut(Category),
    /// The category needs an opt-in of its own, and there is none that holds now.
    ConsentMissing(Category),
    /// "Security" is for what the person just asked for.
    NotAskedFor,
    /// The number was not confirmed, or too long ago.
    Unconfirmed {
        /// It was confirmed once.
        lapsed: bool,
    },
    /// Nobody knows what time it is where the patient is.
    ZoneUnknown,
    /// Outside the hours.
    QuietHours,
    /// Too many texts without a recorded consent.
    WithoutConsentLimit,
    /// Too many texts of the category.
    CategoryLimit(Category),
    /// Its holder wants no texts for a while.
    Paused,
}

impl Refused {
    /// Whether it passes by itself.
    pub fn passes(self) -> bool {
        matches!(self, Self::QuietHours | Self::WithoutConsentLimit | Self::CategoryLimit(_) | Self::Paused)
    }

    /// Whether it passes when the number is confirmed.
    pub fn waits_for_confirmation(self) -> bool {
        matches!(self, Self::Unconfirmed { .. })
    }

    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::OptedOut(_) => "number-opted-out",
            Self::Reported => "number-reported",
            Self::ConsentWithdrawn(_) => "consent-withdrawn",
            Self::ConsentAgedOut(_) => "consent-aged-out",
            Self::ConsentMissing(_) => "consent-missing",
            Self::NotAskedFor => "not-asked-for",
            Self::Unconfirmed { .. } => "number-unconfirmed",
            Self::ZoneUnknown => "zone-unknown",
            Self::QuietHours => "quiet-hours",
            Self::WithoutConsentLimit => "limit-without-consent",
            Self::CategoryLimit(_) => "limit-of-category",
            Self::Paused => "paused",
        }
    }

    /// For people and programs. `may_go_at` is when nothing stands against it any more, if that is known.
    pub fn refusal(self, may_go_at: Option<Timestamp>) -> Refusal {
        let (reason, remedy) = self.words();
        Refusal { may_go_at, ..Refusal::new(self.code(), reason, remedy) }
    }

    fn words(self) -> (String, &'static str) {
        match self {
            Self::OptedOut(Scope::Everything) => (
                "Whoever holds this number asked for no more texts".into(),
                "Call the patient. Only they can ask for texts again.",
            ),
            Self::OptedOut(scope) => (
                format!("Whoever holds this number asked for no more texts about {scope}"),
                "Call the patient. Only they can ask for these texts again.",
            ),
            Self::Reported => (
                "Somebody said that this number is not the patient's".into(),
                "Ask the patient for their number; if it is theirs after all, run `postern number settle`.",
            ),
            Self::ConsentWithdrawn(category) => (
                format!("The patient took back, or refused, consent to texts about {category}"),
                "Call the patient. A new consent of theirs allows it again.",
            ),
            Self::ConsentAgedOut(category) => (
                format!(
                    "Consent to texts about {category} was given for the patient as a child, who has come of age"
                ),
                "Ask the patient: in person, on paper, or at a number of their own.",
            ),
            Self::ConsentMissing(category) => (
                format!(
                    "Texts about {category} need the patient's own consent, and none holds for this number"
                ),
                "Ask for it, in a message or on paper; do not choose another category for the same text.",
            ),
            Self::NotAskedFor => (
                "Texts about security go out by themselves when the person asks for something".into(),
                "Choose the category that the message is about.",
            ),
            Self::Unconfirmed { lapsed: false } => (
                "Nothing shows yet that this number is the patient's".into(),
                "Send it: the number text goes first, and this by itself once confirmed. Or confirm the number and book how.",
            ),
            Self::Unconfirmed { lapsed: true } => (
                "It was long ago that this number was last known to be the patient's".into(),
                "Send it: the number text goes first, and this by itself once confirmed. Or confirm the number and book how.",
            ),
            Self::ZoneUnknown => (
                "It is not known what time it is where the patient is".into(),
                "Import the patient with a time zone, or give the clinic's as zone in CLINIC.toml.",
            ),
            Self::QuietHours => (
                "It is outside the hours for texts where the patient is".into(),
                "Send it later; in urgent cases call the patient.",
            ),
            Self::WithoutConsentLimit => (
                "This number had as many texts without a recorded consent as it may have".into(),
                "Send it later, call the patient, or ask for their consent to such texts.",
            ),
            Self::CategoryLimit(category) => (
                format!("This number had as many texts about {category} as it may have"),
                "Send it later, or call the patient.",
            ),
            Self::Paused => {
                ("Whoever holds this number asked for a pause".into(), "Send it later, or call the patient.")
            }
        }
    }
}
