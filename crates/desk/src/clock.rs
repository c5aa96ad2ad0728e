//! The desk's clocks: the computer's own, and one that was set (demo, tests by hand) and runs on from there.

use postern_protocol::time::{Clock, Timestamp};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The computer's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the desk's clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp(milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()))
    }
}

/// A clock that was set to a moment and runs on from there.
#[derive(Debug, Clone, Copy)]
pub struct SetClock {
    start: Timestamp,
    since: Instant,
}

impl SetClock {
    /// Sets it; it runs from now on.
    #[expect(clippy::disallowed_methods, reason = "the moment from which a set clock runs on")]
    pub fn starting_at(start: Timestamp) -> Self {
        Self { start, since: Instant::now() }
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.start.0.saturating_add(milliseconds(self.since.elapsed())))
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
