//! Why a call is refused: a stable code, and for the log what stood behind it.

use crate::{sealing::DoesNotOpen, store::StoreError};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use postern_protocol::{
    error_code::{ErrorCode, Problem},
    opaque::Malformed,
};
use std::error::Error;

/// A refused call. The caller gets the code alone.
#[derive(Debug)]
pub struct Refusal {
    code: ErrorCode,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code, cause: None }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Engine(_) => ErrorCode::Unavailable,
            StoreError::Inconsistent(_) => ErrorCode::Internal,
        };
        Self { code, cause: Some(Box::new(error)) }
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
        Self { code: ErrorCode::Unavailable, cause: Some(Box::new(error)) }
    }
}

/// The code a response carries, for the log.
#[derive(Clone, Copy)]
pub struct RefusedWith(pub ErrorCode);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Some(cause) = &self.cause {
            let mut chain = cause.to_string();
            let mut source = cause.source();
            while let Some(error) = source {
                chain.push_str(": ");
                chain.push_str(&error.to_string());
                source = error.source();
            }
            tracing::error!(code = self.code.as_str(), cause = chain, "call failed");
        }
        problem(self.code)
    }
}

/// A problem document (RFC 9457).
pub fn problem(code: ErrorCode) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_string(&Problem::from(code)).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    response.extensions_mut().insert(RefusedWith(code));
    response
}
