//! How long a link lives: 1 hour to 90 days, 7 days unless said otherwise.

use postern_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// A time between 1 hour and 90 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expiry {
    seconds: i64,
}

/// Not such a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a link lives 1h to 90d: write 36h or 7d")]
pub struct NotAnExpiry;

impl Default for Expiry {
    fn default() -> Self {
        Self { seconds: 7 * DAY }
    }
}

impl Expiry {
    /// A number of seconds.
    ///
    /// # Errors
    /// Under an hour or over 90 days.
    pub fn from_seconds(seconds: i64) -> Result<Self, NotAnExpiry> {
        if (HOUR..=90 * DAY).contains(&seconds) { Ok(Self { seconds }) } else { Err(NotAnExpiry) }
    }

    /// When a link made at `now` ends.
    pub fn after(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(self.seconds)
    }
}

impl std::str::FromStr for Expiry {
    type Err = NotAnExpiry;
    fn from_str(text: &str) -> Result<Self, NotAnExpiry> {
        let unit = match text.trim().chars().last() {
            Some('h') => HOUR,
            Some('d') => DAY,
            _ => return Err(NotAnExpiry),
        };
        let digits = &text.trim()[..text.trim().len() - 1];
        let number = digits.parse::<u16>().map_err(|_| NotAnExpiry)?;
        Self::from_seconds(i64::from(number) * unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_days_between_an_hour_and_ninety_days_are_taken() {
        let end = |text: &str| text.parse::<Expiry>().map(|expiry| expiry.after(Timestamp(0)).seconds());
        assert_eq!(end("1h"), Ok(3600));
        assert_eq!(end(" 7d "), Ok(7 * DAY));
        assert_eq!(end("90d"), Ok(90 * DAY));
        for text in ["", "h", "0h", "91d", "7", "7w", "-1d", "1.5d", "7é"] {
            assert_eq!(end(text), Err(NotAnExpiry), "{text}");
        }
    }
}
