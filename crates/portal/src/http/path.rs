use crate::refusal::Refusal;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use postern_protocol::error_code::ErrorCode;
use serde::de::DeserializeOwned;

/// What stands in the path, or `malformed-parameter`.
pub struct PathPart<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathPart<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let part = Path::from_request_parts(parts, state).await;
        part.map(|Path(part)| Self(part)).map_err(|_| ErrorCode::MalformedParameter.into())
    }
}
