//! What patients wish about their texts (docs/PREFERENCES.md): how it stands travels with each message, what they wish comes
//! back as a record, is held against what was sent, and counts at the very next decision.

pub(crate) mod book;
pub(crate) mod check;
pub(crate) mod chosen;
pub(crate) mod sheet;
pub mod words;
