//! When a call is made again after the portal could not be reached, and how the page says so.

use super::effect::{Effect, Timer};
use postern_protocol::time::Timestamp;

/// A call on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Sent; no answer yet. The page says what it is doing (in words after a second).
    Sent {
        /// How often it failed before.
        failed: u32,
    },
    /// It could not be reached: "No connection. We try again in n seconds. Nothing you typed is lost." with a button
    /// "Try again now" that sends the page's `Retry` event.
    Waiting {
        /// How often it failed.
        failed: u32,
        /// When it is made again.
        again_at: Timestamp,
    },
}

/// Seconds until the next try; the last one stays.
const PAUSES: [u32; 5] = [2, 4, 8, 15, 30];

impl Call {
    /// The first time.
    pub const FIRST: Self = Self::Sent { failed: 0 };

    /// It failed: wait longer each time, then `timer` says go.
    #[must_use]
    pub fn fail(self, timer: Timer, now: Timestamp) -> (Self, Effect) {
        let (Self::Sent { failed } | Self::Waiting { failed, .. }) = self;
        let pause = PAUSES[PAUSES.len().min(failed as usize + 1) - 1];
        let waiting =
            Self::Waiting { failed: failed.saturating_add(1), again_at: now.plus_seconds(i64::from(pause)) };
        (waiting, Effect::Wake(timer, pause * 1000))
    }

    /// The same call goes out again, if it was waiting.
    pub fn again(self) -> Option<Self> {
        match self {
            Self::Sent { .. } => None,
            Self::Waiting { failed, .. } => Some(Self::Sent { failed }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_at_half_a_minute() {
        let (mut call, mut pauses) = (Call::FIRST, Vec::new());
        for _ in 0..7 {
            let (waiting, effect) = call.fail(Timer::Retry, Timestamp(0));
            let Effect::Wake(Timer::Retry, pause) = effect else { panic!("a timer is set") };
            pauses.push(pause / 1000);
            call = waiting.again().expect("it waits");
            assert!(call.again().is_none(), "a call on its way is not made twice");
        }
        assert_eq!(pauses, [2, 4, 8, 15, 30, 30, 30]);
    }
}
