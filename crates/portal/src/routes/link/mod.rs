//! What a holder of the link may do without the factor.

pub mod open;
pub mod records;
