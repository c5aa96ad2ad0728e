//! Every route, and what guards all of them.

use crate::{
    http::{ApiHeaders, guard, harden, log_call, problem_of_panic, refuse_cross_site},
    openapi::described,
    operation::Operation,
    refusal::problem,
    routes::{desk, door, link, records, session, verify},
    service::Service,
};
use aide::axum::{
    ApiRouter,
    routing::{ApiMethodRouter, get_with as get, post_with as post, put_with as put},
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::get as page,
};
use postern_protocol::error_code::ErrorCode;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

/// The calls of the API, each with what it says of itself in the OpenAPI document.
pub fn api_routes() -> ApiRouter<Arc<Service>> {
    use Operation::*;
    let routes: [(Operation, ApiMethodRouter<Arc<Service>>); 18] = [
        (LinkOpen, post(link::open::handle, described(LinkOpen))),
        (LinkRecords, post(link::records::handle, described(LinkRecords))),
        (VerifyStart, post(verify::start::handle, described(VerifyStart))),
        (VerifyFinish, post(verify::finish::handle, described(VerifyFinish))),
        (RecordPut, put(records::put::handle, described(RecordPut))),
        (SessionSeen, post(session::seen::handle, described(SessionSeen))),
        (SessionMessages, post(session::messages::handle, described(SessionMessages))),
        (SessionEnd, post(session::end::handle, described(SessionEnd))),
        (RegistrationStart, post(desk::registration_start::handle, described(RegistrationStart))),
        (LinkPut, put(desk::link_put::handle, described(LinkPut))),
        (SlotPut, put(desk::slot_put::handle, described(SlotPut))),
        (EnvelopePost, post(desk::envelope_post::handle, described(EnvelopePost))),
        (Recall, post(desk::recall::handle, described(Recall))),
        (Unlock, post(desk::unlock::handle, described(Unlock))),
        (Close, post(desk::close::handle, described(Close))),
        (PolicyPut, put(desk::policy_put::handle, described(PolicyPut))),
        (Sync, post(desk::sync::handle, described(Sync))),
        (Feed, get(desk::feed::handle, described(Feed))),
    ];
    routes.into_iter().fold(ApiRouter::new(), |router, (operation, route)| {
        router.api_route(operation.template(), route.layer(DefaultBodyLimit::max(operation.body_bytes())))
    })
}

/// The portal's router over a service, with routes of the caller's beside its own.
pub fn router(service: Arc<Service>, beside: Router) -> Router {
    let api: Router<Arc<Service>> = api_routes().into();
    Router::new()
        .merge(api.layer(from_fn(refuse_cross_site)))
        .route(Operation::Bare.template(), page(door::shell::bare))
        .route(Operation::BirthDate.template(), page(door::shell::birth_date))
        .route(Operation::PolicyNewest.template(), page(door::policy::newest))
        .route(Operation::PolicyVersion.template(), page(door::policy::version))
        .route(Operation::PolicyLanguage.template(), page(door::policy::language))
        .route(Operation::Asset.template(), page(door::assets::handle))
        .route(Operation::KeySet.template(), page(door::jwks::handle))
        .route(Operation::Health.template(), page(door::healthz::handle))
        .route(Operation::Ready.template(), page(door::readyz::handle))
        .fallback(door::shell::nowhere)
        .method_not_allowed_fallback(|| async { problem(ErrorCode::MethodNotAllowed) })
        .with_state(service.clone())
        .merge(beside)
        .layer(from_fn_with_state(service.clone(), guard))
        .layer(CatchPanicLayer::custom(problem_of_panic))
        .layer(from_fn_with_state(service, log_call))
        .layer(from_fn_with_state(ApiHeaders::default(), harden))
}
