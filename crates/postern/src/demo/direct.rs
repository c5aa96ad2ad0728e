//! The desk's way to a portal in the same process: requests are handed over, no network in between. Everything else is as
//! over HTTP, the signed tokens too.

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request as HttpRequest, header},
};
use postern_desk::portal::{Answer, Exchange, ExchangeError, Request};
use tower::ServiceExt;

/// A portal's router, called directly.
#[derive(Clone)]
pub struct Direct {
    router: Router,
    host: String,
}

impl Direct {
    /// To this router, under a host name it serves.
    pub fn to(router: Router, host: impl Into<String>) -> Self {
        Self { router, host: host.into() }
    }

    /// One call.
    ///
    /// # Errors
    /// The router's body cannot be read.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        authorization: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, ExchangeError> {
        let failed = |error: axum::Error| ExchangeError(error.into());
        let mut request = HttpRequest::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::AUTHORIZATION, authorization);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(Body::from(body.unwrap_or_default()))
            .map_err(|error| ExchangeError(error.into()))?;
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.map_err(failed)?;
        Ok(Answer { status, body: body.to_vec() })
    }
}

#[async_trait]
impl Exchange for Direct {
    async fn exchange(&self, request: Request) -> Result<Answer, ExchangeError> {
        self.call(request.method, &request.path, &request.authorization, request.body).await
    }
}
