//! Whom the clinic sends to.

pub mod helper;
pub mod helper_row;
pub mod import;
pub mod number;
pub mod of_age;
pub mod person;
pub(crate) mod right;
pub mod row;
pub mod show;
