//! A session.

pub mod end;
pub mod messages;
pub mod seen;
