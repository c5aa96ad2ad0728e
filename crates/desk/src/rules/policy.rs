//! The policy: hours, counts and scopes as dated data. One is part of the program (`rules/policy.toml`); a clinic may use its
//! own, which is checked to be no wider than the law and this product allow.

use super::{
    hours::{Hours, NotHours, Window},
    scope::Scope,
};
use postern_protocol::{category::Category, digest::sha256};
use serde::Deserialize;
use std::collections::BTreeMap;

const BUILT_IN: &str = include_str!("../../rules/policy.toml");

/// How many texts may go to one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// In any 24 hours.
    pub day: usize,
    /// In any 7 days.
    pub week: usize,
}

/// A policy, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its version and what it says: the version of the file and the SHA-256 of its bytes. Stands on each decision.
    pub id: String,
    /// The file, word for word.
    pub toml: String,
    /// When texts may go.
    pub hours: Hours,
    /// Texts without a recorded consent.
    pub without_consent: Cap,
    /// Categories with a cap of their own.
    pub own: BTreeMap<Category, Cap>,
    stop: StopScope,
    /// Months after which a number has to be confirmed again.
    pub confirm_months: u8,
    /// Days after which what waits for a confirmation returns.
    pub waits_days: u8,
    /// Days within which a number is not asked about again.
    pub asked_days: u8,
    /// Minutes after a check-in in which "room ready" is outside hours and counts.
    pub room_ready_minutes: u8,
    /// Days after which an unread link is reminded of.
    pub reminder_days: u8,
    /// Years from which on a patient speaks for themselves.
    pub of_age: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StopScope {
    Everything,
    Category,
}

/// A policy that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No TOML, a member missing or unknown.
    #[error("the rules cannot be read: {0}")]
    Toml(String),
    /// No version.
    #[error("the rules have no version: a date such as 2026-11-22")]
    Version,
    /// Hours that are none, or too wide.
    #[error("the rules, hours: {0}")]
    Hours(#[from] NotHours),
    /// A value that is wider than it may be.
    #[error("the rules, {name}: at most {most}")]
    TooWide {
        /// Which.
        name: &'static str,
        /// The widest value.
        most: usize,
    },
    /// A category without its cap, or one that has none.
    #[error("the rules, own: payments, recall, surveys, marketing and security have a cap, the others none")]
    Caps,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    hours: HoursFile,
    without_consent: Cap,
    own: BTreeMap<Category, Cap>,
    stop: Stop,
    number: Number,
    room_ready: RoomReady,
    reminder: Reminder,
    #[serde(default)]
    helper: Helper,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursFile {
    weekdays: Window,
    saturday: Window,
    sunday: Window,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stop {
    scope: StopScope,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    months: u8,
    waits_days: u8,
    asked_days: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoomReady {
    minutes: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reminder {
    days: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Helper {
    of_age: u8,
}

/// A policy of before there were helpers says nothing of them.
impl Default for Helper {
    fn default() -> Self {
        Self { of_age: 18 }
    }
}

/// The categories whose basis is an opt-in of their own or the person's own act.
const CAPPED: [Category; 5] =
    [Category::Payments, Category::Recall, Category::Surveys, Category::Marketing, Category::Security];

impl Policy {
    /// The policy that is part of the program.
    pub fn built_in() -> Self {
        Self::from_toml(BUILT_IN).expect("a test reads the shipped policy")
    }

    /// Reads and checks a policy.
    ///
    /// # Errors
    /// What has another form, or is wider than it may be.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let file: File =
            toml::from_str(text).map_err(|error| PolicyError::Toml(error.message().to_owned()))?;
        let version = file.version.trim();
        if version.is_empty() || version.contains(char::is_whitespace) {
            return Err(PolicyError::Version);
        }
        if !file.own.keys().eq(CAPPED.iter()) {
            return Err(PolicyError::Caps);
        }
        for (name, value, most) in [
            ("without_consent.day", file.without_consent.day, 1),
            ("without_consent.week", file.without_consent.week, 3),
            ("number.months", file.number.months.into(), 12),
            ("number.waits_days", file.number.waits_days.into(), 7),
            ("room_ready.minutes", file.room_ready.minutes.into(), 30),
            // Nobody signs for longer than until the latest age that any law gives.
            ("helper.of_age", file.helper.of_age.into(), 21),
        ] {
            if value > most {
                return Err(PolicyError::TooWide { name, most });
            }
        }
        let HoursFile { weekdays, saturday, sunday } = file.hours;
        Ok(Self {
            id: format!("{version} {}", sha256(text.as_bytes()).to_text()),
            toml: text.to_owned(),
            hours: Hours::new(weekdays, saturday, sunday)?,
            without_consent: file.without_consent,
            own: file.own,
            stop: file.stop.scope,
            confirm_months: file.number.months,
            waits_days: file.number.waits_days,
            asked_days: file.number.asked_days,
            room_ready_minutes: file.room_ready.minutes,
            reminder_days: file.reminder.days,
            of_age: file.helper.of_age,
        })
    }

    /// What a STOP reaches that answers a text of this category.
    pub fn scope_of_stop(&self, answered: Option<Category>) -> Scope {
        match (self.stop, answered) {
            (StopScope::Category, Some(category)) => Scope::Category(category),
            _ => Scope::Everything,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(from: &str, to: &str) -> Result<Policy, PolicyError> {
        assert!(BUILT_IN.contains(from), "{from}");
        Policy::from_toml(&BUILT_IN.replacen(from, to, 1))
    }

    #[test]
    fn the_shipped_policy_is_read_and_names_its_version_and_its_bytes() {
        let policy = Policy::built_in();
        assert!(policy.id.starts_with("2026-11-23 "));
        assert_ne!(with("week = 3", "week = 2").unwrap().id, policy.id);
    }

    #[test]
    fn a_policy_wider_than_the_rules_is_refused() {
        assert!(matches!(with("day = 1", "day = 2"), Err(PolicyError::TooWide { .. })));
        assert!(matches!(with("week = 3", "week = 4"), Err(PolicyError::TooWide { .. })));
        assert!(matches!(with("months = 12", "months = 13"), Err(PolicyError::TooWide { .. })));
        assert!(matches!(with("minutes = 30", "minutes = 31"), Err(PolicyError::TooWide { .. })));
        assert!(matches!(with("09:00", "07:59"), Err(PolicyError::Hours(_))));
        assert!(matches!(with("20:00", "21:01"), Err(PolicyError::Hours(_))));
        assert!(matches!(with("of_age = 18", "of_age = 22"), Err(PolicyError::TooWide { .. })));
        assert_eq!(with("of_age = 18", "of_age = 16").unwrap().of_age, 16);
        assert_eq!(with("[helper]\nof_age = 18\n", "").unwrap().of_age, 18);
        assert!(with("09:00", "08:00").is_ok());
        assert!(with("20:00", "21:00").is_ok());
    }

    #[test]
    fn a_policy_with_a_gap_or_a_stranger_is_refused() {
        assert!(matches!(with("recall =", "messages ="), Err(PolicyError::Caps)));
        assert!(matches!(with("surveys = { day = 1, week = 2 }", ""), Err(PolicyError::Caps)));
        assert!(matches!(with("[stop]", "[halt]"), Err(PolicyError::Toml(_))));
        assert!(matches!(with("2026-11-23\"\n\n", "\"\n\n"), Err(PolicyError::Version)));
    }

    #[test]
    fn what_a_stop_reaches_is_data() {
        let narrow = with("\"everything\"\n\n[number]", "\"category\"\n\n[number]").unwrap();
        let category = Some(Category::Recall);
        assert_eq!(Policy::built_in().scope_of_stop(category), Scope::Everything);
        assert_eq!(narrow.scope_of_stop(category), Scope::Category(Category::Recall));
        assert_eq!(narrow.scope_of_stop(None), Scope::Everything);
    }
}
