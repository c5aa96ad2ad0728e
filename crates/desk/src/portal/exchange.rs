//! One request for one answer. Over HTTP in a real clinic; a program that holds both ends may hand requests over directly.

use async_trait::async_trait;
use std::time::Duration;

/// A request, complete with its authorization.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// Path and query, from `/api/v1/` on.
    pub path: String,
    /// The value of `Authorization`; empty for what is public.
    pub authorization: String,
    /// JSON, where the call has a body.
    pub body: Option<Vec<u8>>,
    /// How long the answer may take.
    pub patience: Duration,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

/// Nothing came back. Says nothing about whether the portal got the request.
#[derive(Debug, thiserror::Error)]
#[error("the portal did not answer")]
pub struct ExchangeError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A way to the portal.
#[async_trait]
pub trait Exchange: Send + Sync {
    /// Hands over a request and waits for its answer, whatever its status.
    async fn exchange(&self, request: Request) -> Result<Answer, ExchangeError>;
}
