//! Requests and responses of the portal's HTTP API, a file per operation. Requests refuse unknown members; responses
//! are read by the app with unknown members ignored, so that a newer portal serves an older page.

pub mod authorization;
pub mod desk_feed;
pub mod desk_links;
pub mod desk_policies;
pub mod desk_registration;
pub mod desk_sync;
pub mod link_open;
pub mod link_records;
pub mod object;
pub mod records;
pub mod session;
pub mod verify;
