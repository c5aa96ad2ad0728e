//! HTTP as a phone speaks it to one origin, without a browser.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use postern_protocol::{
    error_code::{ErrorCode, Problem},
    wire::authorization::Authorization,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;

/// One origin.
#[derive(Clone)]
pub struct Caller {
    origin: String,
    client: Client<HttpConnector, Full<Bytes>>,
    /// The address that a server in front of the portal would name, where one is played.
    pub from: Option<String>,
    /// How long each call took, where somebody wants to know.
    pub taken: Option<Taken>,
}

/// Calls and their times, in the order they came back.
pub type Taken = Arc<Mutex<Vec<(String, Duration)>>>;

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// The call did not do what it should.
#[derive(Debug)]
pub enum Failure {
    /// A problem document.
    Refused(Problem),
    /// Anything else.
    Other(StatusCode, String),
}

impl Failure {
    /// The code of a refusal.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            Self::Other(..) => None,
        }
    }
}

impl Answer {
    /// The JSON of a 2xx answer, else the refusal.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Failure> {
        if self.status.is_success() {
            return Ok(
                serde_json::from_slice(&self.body).expect("a 2xx answer is the JSON that was asked for")
            );
        }
        match serde_json::from_slice(&self.body) {
            Ok(problem) => Err(Failure::Refused(problem)),
            Err(_) => Err(Failure::Other(self.status, String::from_utf8_lossy(&self.body).into_owned())),
        }
    }
}

impl Caller {
    /// To an origin, `http://host:port`.
    pub fn to(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            from: None,
            taken: None,
        }
    }

    /// One request, as it is.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        self.attempt(method, path, headers, body).await.expect("the portal answers")
    }

    /// One request on a line that may break: `None` where no whole answer came.
    pub async fn attempt(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(from) = &self.from {
            request = request.header("x-forwarded-for", from);
        }
        let request = request.body(Full::from(body)).expect("a request");
        let began = Instant::now();
        let answer = self.client.request(request).await.ok()?;
        let (parts, body) = answer.into_parts();
        let body = Body::new(body).collect().await.ok()?.to_bytes();
        if let Some(taken) = &self.taken {
            // Without what names one record.
            let call = path.split('/').take(5).collect::<Vec<_>>().join("/");
            let call = if call.contains("/records/") { "/api/v1/records".to_owned() } else { call };
            taken.lock().expect("nobody falls here").push((call, began.elapsed()));
        }
        Some(Answer { status: parts.status, headers: parts.headers, body })
    }

    /// A call of the API with JSON.
    pub async fn json(
        &self,
        method: Method,
        call: &str,
        who: &Authorization,
        body: &impl Serialize,
    ) -> Answer {
        self.attempt_json(method, call, who, body).await.expect("the portal answers")
    }

    /// The same on a line that may break.
    pub async fn attempt_json(
        &self,
        method: Method,
        call: &str,
        who: &Authorization,
        body: &impl Serialize,
    ) -> Option<Answer> {
        let authorization = who.to_header();
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
            ("sec-fetch-site", "same-origin"),
        ];
        let body = serde_json::to_vec(body).expect("plain JSON");
        self.attempt(method, &format!("/api/v1/{call}"), &headers, body).await
    }

    /// POST.
    pub async fn post<T: DeserializeOwned>(
        &self,
        call: &str,
        who: &Authorization,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.json(Method::POST, call, who, body).await.read()
    }

    /// PUT.
    pub async fn put<T: DeserializeOwned>(
        &self,
        call: &str,
        who: &Authorization,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.json(Method::PUT, call, who, body).await.read()
    }
}
