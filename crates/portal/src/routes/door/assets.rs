//! `GET /assets/{name}`: the app's files, each under the hash of its content.

use crate::{http::PathPart, refusal::Refusal, service::Service};
use axum::{extract::State, http::HeaderMap, response::Response};
use postern_protocol::error_code::ErrorCode;
use std::sync::Arc;

/// The file.
///
/// # Errors
/// `not-found`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart(name): PathPart<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Ok(service.app.asset(&name).ok_or(ErrorCode::NotFound)?.response(&headers))
}
