//! `GET /readyz`: the stores answer.

use crate::{refusal::Refusal, service::Service};
use axum::extract::State;
use postern_protocol::{base64url::FixedBytes, error_code::ErrorCode};
use std::sync::Arc;

/// Reads from both stores.
///
/// # Errors
/// `unavailable`.
pub async fn handle(State(service): State<Arc<Service>>) -> Result<&'static str, Refusal> {
    let look = async {
        service.store.read().await?.epoch().await?;
        service.link_keys.get(&FixedBytes([0; 16])).await
    };
    match look.await {
        Ok(_) => Ok("ready"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            Err(ErrorCode::Unavailable.into())
        }
    }
}
