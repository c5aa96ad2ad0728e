//! When a call is made again after the portal could not be reached, and how the page says so.

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

impl Call {
    /// The first time.
    pub const FIRST: Self = Self::Sent { failed: 0 };
}
