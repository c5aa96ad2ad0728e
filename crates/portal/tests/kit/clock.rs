use postern_protocol::time::{Clock, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// Stands still until a test moves it.
pub struct MovableClock(AtomicI64);

impl MovableClock {
    pub fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}
