//! Whom the clinic sends to.

pub mod import;
pub mod number;
pub mod person;
pub mod row;
