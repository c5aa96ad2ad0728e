use crate::refusal::problem;
use axum::{extract::Request, middleware::Next, response::Response};
use postern_protocol::error_code::ErrorCode;

/// Refuses a call that a browser says comes from another site (Fetch Metadata). What is no browser sends no such header.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site");
    if site.is_some_and(|site| site.as_bytes() != b"same-origin") {
        return problem(ErrorCode::CrossSite);
    }
    next.run(request).await
}
