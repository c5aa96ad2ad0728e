//! `GET /.well-known/jwks.json`: the keys that receipts are signed with: in use, next, retired (RFC 7517); beside them, in a
//! member of ours, which are in use and next, signed: a desk that pinned the one in use learns the next from it.

use crate::service::Service;
use axum::{Json, extract::State};
use postern_protocol::portal_keys::{self, PortalKeys};
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
    let said = PortalKeys { iss: service.origin.clone(), at: service.now(), keys: service.keys.pins() };
    Json(json!({ "keys": keys, "postern_signed": portal_keys::sign(&service.keys.signing, &said) }))
}
