use super::{host_of, operation_of};
use crate::{limits::Weight, operation::Operation, refusal::Refusal, rules::BODY_BYTES, service::Service};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use std::{net::IpAddr, sync::Arc};

/// The other end of a connection.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Counts a call against its address and its clinic, and gives it a place among those under way, which it has until the
/// last byte of its answer is taken. Health is asked by whoever watches over the portal, so it is never refused.
pub async fn guard(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let operation = operation_of(&request);
    if matches!(operation, Operation::Health | Operation::Ready | Operation::Beside) {
        return next.run(request).await;
    }
    let place = match admit(&service, operation, &request) {
        Ok(place) => place,
        Err(refusal) => return refusal.into_response(),
    };
    let under_way = service.metrics.under_way(weight_of(operation, request.headers()));
    let (parts, body) = next.run(request).await.into_parts();
    let body = body.map_frame(move |frame| {
        let _until_the_last_byte = (&place, &under_way);
        frame
    });
    Response::from_parts(parts, Body::new(body))
}

fn admit(
    service: &Service,
    operation: Operation,
    request: &Request,
) -> Result<crate::limits::Place, Refusal> {
    let limiter = &service.limiter;
    let peer = request.extensions().get::<Peer>().map(|Peer(address)| *address);
    limiter.address(limiter.proxies().caller(peer, request.headers()))?;
    if operation.is_of_a_patient() {
        limiter.clinic(&host_of(request.uri(), request.headers()))?;
    }
    limiter.room.enter(weight_of(operation, request.headers())).map_err(|_| Refusal::full())
}

/// A body whose length is not said may be as large as the call allows.
fn weight_of(operation: Operation, headers: &HeaderMap) -> Weight {
    if operation == Operation::Feed {
        return Weight::Wait;
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let small = length.is_some_and(|length: usize| length <= BODY_BYTES);
    if operation.body_bytes() <= BODY_BYTES || small { Weight::Small } else { Weight::Large }
}
