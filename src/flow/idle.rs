//! Five minutes without a touch cover the page; at least twenty seconds before, it asks.

use postern_protocol::time::Timestamp;

/// Without a touch for so long, the page is covered: seconds.
pub const IDLE_SECONDS: i64 = 300;
/// The warning comes so long before: seconds.
pub const WARNING_SECONDS: i64 = 30;

/// How the idle time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// Somebody is there.
    Awake,
    /// The dialog over the page: "Are you still there? This page closes in n seconds." One button, "Stay on this page", which sends
    /// [`super::visit::VisitEvent::Stay`] (Escape too). A touch elsewhere during the warning counts when the time is up.
    Warning {
        /// When the page is covered.
        covers_at: Timestamp,
    },
}
