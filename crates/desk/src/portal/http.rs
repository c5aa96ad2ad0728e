//! The way to the portal in a real clinic: HTTPS (plain HTTP on the same machine), out only.

use super::exchange::{Answer, Exchange, ExchangeError, Request};
use async_trait::async_trait;
use reqwest::{Client, Method, header, redirect};
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(10);
/// The largest answer is a page of the feed: a hundred records of at most a mebibyte.
const LARGEST_ANSWER: usize = 128 * 1024 * 1024;

/// HTTP to one origin.
#[derive(Clone)]
pub struct HttpExchange {
    client: Client,
    origin: String,
}

impl HttpExchange {
    /// For an origin, `https://HOST`.
    ///
    /// # Errors
    /// The computer's certificate store cannot be read.
    pub fn new(origin: &str) -> Result<Self, ExchangeError> {
        // Whoever came first has installed one already; which of them does not matter here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| ExchangeError(error.into()))?;
        Ok(Self { client, origin: origin.trim_end_matches('/').to_owned() })
    }
}

#[async_trait]
impl Exchange for HttpExchange {
    async fn exchange(&self, request: Request) -> Result<Answer, ExchangeError> {
        // The address has link ids in it; what is printed of an error has not.
        let failed = |error: reqwest::Error| ExchangeError(error.without_url().into());
        let method =
            Method::from_bytes(request.method.as_bytes()).map_err(|error| ExchangeError(error.into()))?;
        let mut call =
            self.client.request(method, format!("{}{}", self.origin, request.path)).timeout(request.patience);
        if !request.authorization.is_empty() {
            call = call.header(header::AUTHORIZATION, request.authorization);
        }
        if let Some(body) = request.body {
            call = call.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        let mut response = call.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(ExchangeError("the answer is too large".into()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }
}
