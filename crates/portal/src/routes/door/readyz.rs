//! `GET /readyz`: the portal can do its work.

use crate::{readiness::Standing, refusal::Refusal, service::Service};
use axum::extract::State;
use postern_protocol::error_code::ErrorCode;
use std::sync::Arc;

/// Says so, and how many clinics wait for their desk after a restore.
///
/// # Errors
/// `unavailable`: what is missing stands in the log.
pub async fn handle(State(service): State<Arc<Service>>) -> Result<String, Refusal> {
    match service.readiness.look(&service).await {
        Standing::Ready { unsynced: 0 } => Ok("ready".to_owned()),
        Standing::Ready { unsynced } => Ok(format!("ready; clinics that wait for their desk: {unsynced}")),
        Standing::Not(_) => Err(ErrorCode::Unavailable.into()),
    }
}
