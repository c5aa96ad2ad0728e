use crate::refusal::Refusal;
use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use postern_protocol::error_code::ErrorCode;
use serde::de::DeserializeOwned;

/// What stands in the query, or `malformed-parameter`.
pub struct Parameters<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(query)| Self(query)).map_err(|_| ErrorCode::MalformedParameter.into())
    }
}
