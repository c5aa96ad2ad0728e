use crate::refusal::Refusal;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::IntoResponse,
};
use postern_protocol::error_code::ErrorCode;
use serde::de::DeserializeOwned;

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
/// `body-too-large`, or `malformed-body` where it broke off.
pub async fn raw_call(request: Request) -> Result<RawCall, Refusal> {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let body = Bytes::from_request(request, &()).await.map_err(|rejection| {
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
    if call.headers.get(header::CONTENT_TYPE).map(|value| value.as_bytes()) != Some(b"application/json") {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    serde_json::from_slice(&call.body).map_err(|_| ErrorCode::MalformedBody.into())
}
