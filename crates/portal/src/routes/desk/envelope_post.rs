//! `POST desk/links/{lid}/envelopes`: stores one sealed message.

use super::status::{activate_if_complete, status_now};
use crate::{
    authorization::DeskCall,
    http::PathPart,
    refusal::Refusal,
    rules::LINK_BYTES,
    service::Service,
    store::{Actor, AuditEntry, Envelope, Event, Outcome},
};
use axum::{Json, extract::State};
use postern_protocol::{
    envelope::message,
    error_code::ErrorCode,
    id::LinkId,
    wire::desk_links::{EnvelopeRequest, LinkStatus},
};
use std::sync::Arc;

/// Adds the link's next message. The same content again gets the link's present status.
///
/// # Errors
/// `link-unknown`, `link-expired`, `link-recalled`, `link-closed`, `malformed-envelope`, `malformed-body` for another
/// level than 1 or 2, `conflict` for a number that is not the next or a known id with other content, `link-full`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart(lid): PathPart<LinkId>,
    call: DeskCall<EnvelopeRequest>,
) -> Result<Json<LinkStatus>, Refusal> {
    let now = service.now();
    let EnvelopeRequest { mid, n, level, jwe } = &call.body;
    message::check(jwe, mid).map_err(|_| ErrorCode::MalformedEnvelope)?;
    if !matches!(level, 1 | 2) {
        return Err(ErrorCode::MalformedBody.into());
    }
    let envelope = Envelope { mid: *mid, number: *n, level: *level, jwe: jwe.clone() };
    let mut store = service.store.write().await?;
    let link = call.link(&mut *store, &lid).await?;
    link.refuse_ended(now)?;
    if let Some(known) = store.envelope(&lid, mid).await? {
        return if known == envelope {
            Ok(Json(status_now(&mut *store, &lid, now).await?))
        } else {
            Err(ErrorCode::Conflict.into())
        };
    }
    if !store.grow_link(&lid, jwe.len() as u64, LINK_BYTES).await? {
        return Err(ErrorCode::LinkFull.into());
    }
    if !store.insert_envelope(&lid, &envelope).await? {
        return Err(ErrorCode::Conflict.into());
    }
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Desk,
            lid: Some(&lid),
            event: Event::EnvelopeStored,
            outcome: Outcome::Done,
        })
        .await?;
    activate_if_complete(&mut *store, &lid).await?;
    let status = status_now(&mut *store, &lid, now).await?;
    service.commit(store).await?;
    Ok(Json(status))
}
