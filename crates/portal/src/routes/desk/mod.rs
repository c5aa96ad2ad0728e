//! The desk's calls.

pub mod close;
pub mod envelope_post;
pub mod feed;
pub mod link_put;
pub mod policy_put;
pub mod recall;
pub mod registration_start;
pub mod slot_put;
pub mod sync;
pub mod unlock;

mod status;
