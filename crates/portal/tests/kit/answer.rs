use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Response, StatusCode},
};
use postern_protocol::error_code::{ErrorCode, Problem};
use serde::de::DeserializeOwned;

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    /// What a call that went well answered.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The code of a refusal, which is a problem document with a fitting status.
    #[track_caller]
    pub fn code(&self) -> ErrorCode {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.status);
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem, Problem::from(problem.code));
        assert_eq!(problem.status, self.status.as_u16());
        problem.code
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
