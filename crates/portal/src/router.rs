//! Every route, and what guards all of them.

use crate::{
    http::{ApiHeaders, harden, log_call, problem_of_panic, refuse_cross_site},
    refusal::problem,
    routes::{desk, door, link, records, session, verify},
    rules::{BODY_BYTES, SEALED_BODY_BYTES},
    service::Service,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post, put},
};
use postern_protocol::error_code::ErrorCode;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

/// The portal's router over a service, with routes of the caller's beside its own.
pub fn router(service: Arc<Service>, beside: Router) -> Router {
    let sealed = DefaultBodyLimit::max(SEALED_BODY_BYTES);
    let api = Router::new()
        .route("/api/v1/link/open", post(link::open::handle))
        .route("/api/v1/link/records", post(link::records::handle))
        .route("/api/v1/verify/start", post(verify::start::handle))
        .route("/api/v1/verify/finish", post(verify::finish::handle))
        .route("/api/v1/records/{rid}", put(records::put::handle).layer(sealed))
        .route("/api/v1/session/seen", post(session::seen::handle))
        .route("/api/v1/session/end", post(session::end::handle))
        .route("/api/v1/desk/registration/start", post(desk::registration_start::handle))
        .route("/api/v1/desk/links/{lid}", put(desk::link_put::handle))
        .route("/api/v1/desk/links/{lid}/slots/{slot}", put(desk::slot_put::handle))
        .route("/api/v1/desk/links/{lid}/envelopes", post(desk::envelope_post::handle).layer(sealed))
        .route("/api/v1/desk/links/{lid}/recall", post(desk::recall::handle))
        .route("/api/v1/desk/links/{lid}/unlock", post(desk::unlock::handle))
        .route("/api/v1/desk/links/{lid}/close", post(desk::close::handle))
        .route("/api/v1/desk/sync", post(desk::sync::handle).layer(sealed))
        .route("/api/v1/desk/feed", get(desk::feed::handle))
        .layer(from_fn(refuse_cross_site))
        .layer(DefaultBodyLimit::max(BODY_BYTES));
    Router::new()
        .merge(api)
        .route("/", get(door::shell::bare))
        .route("/m", get(door::shell::birth_date))
        .route("/assets/{name}", get(door::assets::handle))
        .route("/.well-known/jwks.json", get(door::jwks::handle))
        .route("/healthz", get(door::healthz::handle))
        .route("/readyz", get(door::readyz::handle))
        .fallback(door::shell::nowhere)
        .method_not_allowed_fallback(|| async { problem(ErrorCode::MethodNotAllowed) })
        .with_state(service.clone())
        .merge(beside)
        .layer(CatchPanicLayer::custom(problem_of_panic))
        .layer(from_fn_with_state(service, log_call))
        .layer(from_fn_with_state(ApiHeaders::default(), harden))
}
