//! Every label of every metric: closed lists, so that no label can name anybody.

use crate::{limits::Limit, operation::Operation};
use postern_protocol::error_code::ErrorCode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use std::fmt;

macro_rules! label_value {
    ($name:ident, $text:expr) => {
        impl EncodeLabelValue for $name {
            fn encode(&self, encoder: &mut LabelValueEncoder) -> Result<(), fmt::Error> {
                let text: fn(&$name) -> &'static str = $text;
                EncodeLabelValue::encode(&text(self), encoder)
            }
        }
    };
}

/// How a call came out: served, or the code it was refused with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome(pub Option<ErrorCode>);

/// Something that is done one after the other, and may fall behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Events that no desk has taken yet.
    Feed,
    /// Logins that are not finished.
    Logins,
    /// Links past their time that are not ended yet.
    Expiry,
    /// Ended links whose key is not destroyed yet.
    Keys,
    /// The desk that has not asked for news for the longest time.
    Desk,
}

impl Queue {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Logins => "logins",
            Self::Expiry => "expiry",
            Self::Keys => "keys",
            Self::Desk => "desk",
        }
    }
}

impl Limit {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Link => "link",
            Self::Clinic => "clinic",
            Self::Desk => "desk",
            Self::Waits => "waits",
            Self::Room => "room",
        }
    }
}

label_value!(Operation, |operation| operation.as_str());
label_value!(Outcome, |outcome| outcome.0.map_or("served", ErrorCode::as_str));
label_value!(Queue, Queue::as_str);
label_value!(Limit, Limit::as_str);

/// Labels of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfCall {
    /// What was called.
    pub operation: Operation,
    /// How it came out.
    pub outcome: Outcome,
}

/// Label of how long calls take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfOperation {
    /// What was called.
    pub operation: Operation,
}

/// Label of calls that were one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfLimit {
    /// Which limit.
    pub limit: Limit,
}

/// Label of how far something is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfQueue {
    /// What.
    pub queue: Queue,
}
