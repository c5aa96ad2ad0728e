//! `GET /.well-known/jwks.json`: the keys that receipts are signed with: in use, next, retired (RFC 7517).

use crate::service::Service;
use axum::{Json, extract::State};
use serde_json::{Value, json};
use std::sync::Arc;

/// The key set.
pub async fn handle(State(service): State<Arc<Service>>) -> Json<Value> {
    let keys: Vec<Value> = service
        .keys
        .published()
        .iter()
        .map(|key| {
            let mut jwk = json!(key);
            jwk["kid"] = json!(key.thumbprint());
            jwk["alg"] = json!("ES256");
            jwk["use"] = json!("sig");
            jwk
        })
        .collect();
    Json(json!({ "keys": keys }))
}
