//! Hearing what happened: long polls of the portal's feed, each event checked as PROTOCOL says and booked exactly once. An
//! event's booking and the cursor that passes it are one transaction, so a reader may stop anywhere and start again, and two
//! readers do no harm. What fails a check is kept and shown as an incident, never dropped.

pub mod book;
pub mod chain;
pub mod event;
pub mod incident;
pub mod link_record;
pub mod poll;
pub mod record;
mod resource;
pub mod resync;
pub mod run;
pub mod said;
pub mod waiting;
pub(crate) mod whom;

pub use incident::Reason;
pub use poll::{FeedError, Polled};
