//! Who calls: a holder of a link, a session, or a clinic's desk. Authority is only in `Authorization`, never in a cookie.

mod desk;
mod link;
mod session;

pub use desk::{DeskCall, Nothing};
pub use link::LinkCall;
pub use session::SessionCall;

use crate::refusal::Refusal;
use axum::http::{HeaderMap, header};
use postern_protocol::error_code::ErrorCode;

/// The value of the header.
fn header_of(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().and_then(|value| value.to_str().ok());
    match (value, values.next()) {
        (Some(value), None) => Ok(value),
        _ => Err(ErrorCode::AuthorizationMissing.into()),
    }
}
