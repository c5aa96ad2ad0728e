//! Time on the wire.

use postern_json::{FromJson, Value};
use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl FromJson for Timestamp {
    fn from_json(value: &Value) -> Option<Self> {
        value.as_i64().map(Self)
    }
}

impl Timestamp {
    /// This moment moved by `seconds`, which may be negative.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds since the epoch (JWT's NumericDate).
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// Where the time comes from. Programs take the system's; tests move their own.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_moves_by_seconds_and_stops_at_the_ends_of_time() {
        assert_eq!(Timestamp(1_500).plus_seconds(2), Timestamp(3_500));
        assert_eq!(Timestamp(1_500).plus_seconds(-2), Timestamp(-500));
        assert_eq!(Timestamp(i64::MAX).plus_seconds(1), Timestamp(i64::MAX));
        assert_eq!(Timestamp(0).plus_seconds(i64::MIN), Timestamp(i64::MIN));
    }

    #[test]
    fn seconds_are_whole_and_rounded_down_before_the_epoch_too() {
        assert_eq!([2_999, 0, -1].map(|at| Timestamp(at).seconds()), [2, 0, -1]);
    }
}
