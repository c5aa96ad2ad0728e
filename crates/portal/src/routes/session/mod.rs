//! A session.

pub mod end;
pub mod seen;
