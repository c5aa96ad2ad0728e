use crate::{refusal::RefusedWith, service::Service};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// One line a call: route template, status, milliseconds, code. Never the address, a header, a body or an id.
pub async fn log_call(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let began = service.now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let milliseconds = service.now().0 - began.0;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    match response.extensions().get::<RefusedWith>() {
        Some(RefusedWith(code)) => {
            tracing::info!(%method, route, status, ms = milliseconds, code = code.as_str(), "call");
        }
        None => tracing::info!(%method, route, status, ms = milliseconds, "call"),
    }
    response
}
