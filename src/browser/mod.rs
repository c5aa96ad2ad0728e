//! The only user of the browser's interfaces.

pub mod dom;
pub mod intl;
pub mod save;
