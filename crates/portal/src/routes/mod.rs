//! One folder a noun, one file an operation.

pub mod desk;
pub mod door;
pub mod link;
pub mod records;
pub mod session;
pub mod verify;
