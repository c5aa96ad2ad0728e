//! One event as it came, and as it was read.

use postern_protocol::wire::desk_feed::FeedEvent;
use serde_json::Value;

/// An event with its text kept: an incident shows what came, not what was understood.
#[derive(Debug, Clone)]
pub struct Event {
    /// The feed's number.
    pub n: Option<u64>,
    /// As it came.
    pub raw: Value,
    /// As it was read, if it could be.
    pub read: Option<FeedEvent>,
}

impl Event {
    /// Reads an event. What cannot be read is an event all the same.
    pub fn new(raw: Value) -> Self {
        let n = raw.get("n").and_then(Value::as_u64);
        let read = serde_json::from_value(raw.clone()).ok();
        Self { n, raw, read }
    }
}
