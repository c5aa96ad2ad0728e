use crate::{refusal::Refusal, rules::BODY_SECONDS};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::IntoResponse,
};
use postern_protocol::{error_code::ErrorCode, wire::object::Object};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

/// A call with its whole body, as sent.
pub struct RawCall {
    /// Method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, within the route's limit.
    pub body: Bytes,
}

/// Reads a call's body up to the route's limit.
///
/// # Errors
/// `body-too-large`, `too-slow`, or `malformed-body` where it broke off.
pub async fn raw_call(request: Request) -> Result<RawCall, Refusal> {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let body = timeout(Duration::from_secs(BODY_SECONDS), Bytes::from_request(request, &())).await;
    let body = body.map_err(|_| ErrorCode::TooSlow)?.map_err(|rejection| {
        if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
            ErrorCode::BodyTooLarge
        } else {
            ErrorCode::MalformedBody
        }
    })?;
    Ok(RawCall { method, uri, headers, body })
}

/// A JSON body: type exactly `application/json`, unknown members refused by the types.
///
/// # Errors
/// `unsupported-media-type`, `malformed-body`.
pub fn json_of<T: DeserializeOwned>(call: &RawCall) -> Result<T, Refusal> {
    let mut kinds = call.headers.get_all(header::CONTENT_TYPE).iter().map(|kind| kind.as_bytes());
    if (kinds.next(), kinds.next()) != (Some(b"application/json"), None) {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    let read = serde_json::from_slice(&call.body);
    read.map(|Object(body)| body).map_err(|_| ErrorCode::MalformedBody.into())
}
