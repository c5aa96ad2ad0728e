//! How a call is read and guarded, the same for every route.

mod body;
mod fetch_site;
mod guard;
mod headers;
mod host;
mod log;
mod panic;
mod path;
mod query;

pub use body::{RawCall, json_of, raw_call};
pub use fetch_site::refuse_cross_site;
pub use guard::{Peer, guard};
pub use headers::{ApiHeaders, harden};
pub use host::host_of;
pub use log::{log_call, operation_of};
pub use panic::problem_of_panic;
pub use path::PathPart;
pub use query::Parameters;
