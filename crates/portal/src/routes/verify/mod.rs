//! The factor.

pub mod finish;
pub mod start;
