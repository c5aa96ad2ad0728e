//! `GET /metrics` of the metrics' own listener.

use crate::{refusal::Refusal, service::Service};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use postern_protocol::error_code::ErrorCode;
use std::sync::Arc;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The one route.
pub fn router(service: Arc<Service>) -> Router {
    Router::new().route("/metrics", get(handle)).with_state(service)
}

async fn handle(State(service): State<Arc<Service>>) -> Result<Response, Refusal> {
    let ready = service.readiness.look(&service).await.is_ready();
    // What cannot be read is not behind by nothing: then nothing is said at all.
    let ages = service.store.read().await?.queue_ages(service.now()).await?;
    service.metrics.note(&ages, ready);
    let text = service.metrics.text().map_err(|_| ErrorCode::Internal)?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
