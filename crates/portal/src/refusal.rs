//! Why a call is refused: a stable code, and for the log what stood behind it.

use crate::{
    limits::Limit,
    log::{self, Cause, Line},
    sealing::DoesNotOpen,
    store::StoreError,
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use postern_protocol::{
    error_code::{ErrorCode, Problem},
    opaque::Malformed,
};

/// Seconds after which a call may be made again where the portal itself is at fault.
const SOON: u32 = 5;

/// A refused call. The caller gets the code alone.
#[derive(Debug)]
pub struct Refusal {
    with: RefusedWith,
    cause: Option<Cause>,
}

impl Refusal {
    /// Why.
    pub fn code(&self) -> ErrorCode {
        self.with.code
    }

    /// One call too many; the next one may be made after so many seconds.
    pub fn too_many(limit: Limit, seconds: u32) -> Self {
        let again = Some(seconds.max(1));
        Self {
            with: RefusedWith { code: ErrorCode::TooManyRequests, limit: Some(limit), again },
            cause: None,
        }
    }

    /// As many calls are under way as the portal holds.
    pub fn full() -> Self {
        let with = RefusedWith { limit: Some(Limit::Room), ..ErrorCode::Unavailable.into() };
        Self { with, cause: None }
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { with: code.into(), cause: None }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Engine(_) | StoreError::Unfit(_) => ErrorCode::Unavailable,
            StoreError::Inconsistent(_) => ErrorCode::Internal,
        };
        Self { with: code.into(), cause: Some(Cause::from(&error)) }
    }
}

impl From<Malformed> for Refusal {
    fn from(_: Malformed) -> Self {
        ErrorCode::MalformedFactorMessage.into()
    }
}

impl From<DoesNotOpen> for Refusal {
    fn from(error: DoesNotOpen) -> Self {
        // A stored row that does not open means that key file, link keys and database are not of one portal.
        Self { with: ErrorCode::Unavailable.into(), cause: Some(Cause::from(&error)) }
    }
}

/// What a refused response carries, for log and metrics.
#[derive(Debug, Clone, Copy)]
pub struct RefusedWith {
    /// Why.
    pub code: ErrorCode,
    /// Which limit it was, if one.
    pub limit: Option<Limit>,
    /// Seconds after which the call may be made again.
    again: Option<u32>,
}

impl From<ErrorCode> for RefusedWith {
    fn from(code: ErrorCode) -> Self {
        Self { code, limit: None, again: (code.status() == 503).then_some(SOON) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Some(cause) = &self.cause {
            log::write(&Line::Failed(self.with.code, cause));
        }
        respond(self.with)
    }
}

/// A problem document (RFC 9457).
pub fn problem(code: ErrorCode) -> Response {
    respond(code.into())
}

fn respond(with: RefusedWith) -> Response {
    let status = StatusCode::from_u16(with.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_string(&Problem::from(with.code)).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    if let Some(seconds) = with.again {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response.extensions_mut().insert(with);
    response
}
