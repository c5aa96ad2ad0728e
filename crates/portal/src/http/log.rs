use crate::{
    log::{self, Line, Verb},
    operation::Operation,
    refusal::RefusedWith,
    service::Service,
};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;
use tokio::time::Instant;

/// What a request calls.
pub fn operation_of(request: &Request) -> Operation {
    let route = request.extensions().get::<MatchedPath>();
    route.map_or(Operation::Nowhere, |route| Operation::of_template(route.as_str()))
}

/// One line a call: route template, status, milliseconds, code. Never the address, a header, a body or an id. The same goes
/// into the metrics.
pub async fn log_call(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (verb, operation) = (Verb::of(request.method()), operation_of(&request));
    let response = next.run(request).await;
    let took = began.elapsed();
    let refused = response.extensions().get::<RefusedWith>().copied();
    service.metrics.called(operation, took, refused);
    log::write(&Line::Call {
        verb,
        operation,
        status: response.status().as_u16(),
        milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        code: refused.map(|refused| refused.code),
    });
    response
}
