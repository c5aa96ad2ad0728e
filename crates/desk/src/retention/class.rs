//! The classes of what is kept, how long as dated data, and the floor that no data goes below.

use jiff::{Span, tz::TimeZone};
use postern_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const BUILT_IN: &str = include_str!("../../rules/retention.toml");

/// A class of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Links with their messages, answers, receipts and requests.
    Messages,
    /// What was agreed to, with page and proof.
    Consents,
    /// The ledger's lines, opt-outs among them.
    Ledger,
    /// What came back or was given up.
    Returned,
}

/// So long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    #[serde(default)]
    years: i16,
    #[serde(default)]
    days: i32,
}

impl Period {
    /// The moment that lies so long before `now`, by the calendar in UTC.
    pub fn before(self, now: Timestamp) -> Option<Timestamp> {
        let span = Span::new().try_years(self.years).ok()?.try_days(self.days).ok()?;
        let at = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(TimeZone::UTC);
        Some(Timestamp(at.checked_sub(span).ok()?.timestamp().as_millisecond()))
    }

    fn is_shorter_than(self, floor: Self) -> bool {
        let days = |one: Self| i64::from(one.years) * 365 + i64::from(one.days);
        days(self) < days(floor)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.years, self.days) {
            (0, days) => write!(f, "{days} days"),
            (years, 0) => write!(f, "{years} years"),
            (years, days) => write!(f, "{years} years and {days} days"),
        }
    }
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 4] = [Self::Messages, Self::Consents, Self::Ledger, Self::Returned];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Consents => "consents",
            Self::Ledger => "ledger",
            Self::Returned => "returned",
        }
    }

    /// No shorter, whatever anybody asks for: six years for consents with the warnings they show, ten for opt-outs and so for
    /// the ledger; a link's receipts as long as the portal answers for it.
    pub fn floor(self) -> Period {
        match self {
            Self::Messages => Period { years: 0, days: 90 },
            Self::Consents => Period { years: 6, days: 0 },
            Self::Ledger => Period { years: 10, days: 0 },
            Self::Returned => Period { years: 0, days: 0 },
        }
    }
}

/// There is no such class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such class: choose messages, consents, ledger or returned")]
pub struct NoSuchClass;

impl FromStr for Class {
    type Err = NoSuchClass;
    fn from_str(text: &str) -> Result<Self, NoSuchClass> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(NoSuchClass)
    }
}

/// How long each class is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Stands in the ledger with each purge.
    pub version: String,
    messages: Period,
    consents: Period,
    ledger: Period,
    returned: Period,
}

/// Periods that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// No TOML, a class missing or unknown.
    #[error("the periods cannot be read: {0}")]
    Toml(String),
    /// Shorter than it may be.
    #[error("{class} are kept at least {floor}", class = .0.as_str(), floor = .0.floor())]
    TooShort(Class),
}

impl Schedule {
    /// What is part of the program.
    pub fn built_in() -> Self {
        Self::from_toml(BUILT_IN).expect("a test reads the shipped periods")
    }

    /// Reads and checks it.
    ///
    /// # Errors
    /// What has another form, or is shorter than its floor.
    pub fn from_toml(text: &str) -> Result<Self, ScheduleError> {
        let read: Self =
            toml::from_str(text).map_err(|error| ScheduleError::Toml(error.message().to_owned()))?;
        let too_short = Class::ALL.into_iter().find(|class| read.of(*class).is_shorter_than(class.floor()));
        too_short.map_or(Ok(read), |class| Err(ScheduleError::TooShort(class)))
    }

    /// How long a class is kept.
    pub fn of(&self, class: Class) -> Period {
        match class {
            Class::Messages => self.messages,
            Class::Consents => self.consents,
            Class::Ledger => self.ledger,
            Class::Returned => self.returned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(from: &str, to: &str) -> Result<Schedule, ScheduleError> {
        assert!(BUILT_IN.contains(from), "{from}");
        Schedule::from_toml(&BUILT_IN.replacen(from, to, 1))
    }

    #[test]
    fn the_shipped_periods_are_read_and_no_class_goes_below_its_floor() {
        let shipped = Schedule::built_in();
        assert_eq!(shipped.of(Class::Ledger).to_string(), "10 years");
        assert_eq!(
            with("[consents]\nyears = 6", "[consents]\nyears = 5\ndays = 364"),
            Err(ScheduleError::TooShort(Class::Consents))
        );
        assert_eq!(
            with("[ledger]\nyears = 10", "[ledger]\nyears = 9"),
            Err(ScheduleError::TooShort(Class::Ledger))
        );
        assert_eq!(
            with("[messages]\nyears = 6", "[messages]\ndays = 89"),
            Err(ScheduleError::TooShort(Class::Messages))
        );
        assert!(with("[messages]\nyears = 6", "[messages]\ndays = 90").is_ok());
        assert!(matches!(with("[returned]", "[other]"), Err(ScheduleError::Toml(_))));
    }

    #[test]
    fn a_year_is_a_year_of_the_calendar() {
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let six = Class::Consents.floor();
        assert_eq!(six.before(at("2032-03-01T10:00:00Z")), Some(at("2026-03-01T10:00:00Z")));
        assert_eq!(
            six.before(at("2032-02-29T10:00:00Z")),
            Some(at("2026-02-28T10:00:00Z")),
            "never later than six whole years"
        );
    }

    #[test]
    fn every_class_reads_back_from_its_name() {
        for class in Class::ALL {
            assert_eq!(class.as_str().parse(), Ok(class));
            assert!(NoSuchClass.to_string().contains(class.as_str()));
        }
    }
}
