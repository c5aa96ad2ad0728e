//! `POST link/records`: opt-out, wrong person and the like. The portal cannot check their MAC; the desk does.

use crate::{
    authorization::LinkCall,
    refusal::Refusal,
    rules::LINK_RECORDS,
    service::Service,
    store::{Actor, AuditEntry, Clinic, Event, NewEvent, Outcome, Stored},
};
use axum::{Json, extract::State};
use postern_protocol::{
    digest::sha256,
    envelope::link_record,
    error_code::ErrorCode,
    time::Timestamp,
    wire::{
        desk_feed::FeedWhat,
        link_records::{LinkRecordRequest, LinkRecordResponse},
    },
};
use std::sync::Arc;

/// Stores one link record for the desk; the same bytes again reach it once. Taken in every state of the link.
///
/// # Errors
/// `link-unknown`, `malformed-envelope`, `link-full`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: LinkCall<LinkRecordRequest>,
) -> Result<Json<LinkRecordResponse>, Refusal> {
    let now = service.now();
    let (link, clinic) = {
        let mut store = service.store.read().await?;
        call.link(&service, &mut *store).await?
    };
    let jws = &call.body.jws;
    link_record::check(jws, &link.lid).map_err(|_| ErrorCode::MalformedEnvelope)?;
    let mut store = service.store.write().await?;
    match store.note_link_record(&link.lid, &sha256(jws.as_bytes()), now, LINK_RECORDS).await? {
        Stored::Full => return Err(ErrorCode::LinkFull.into()),
        Stored::Repeated => {}
        Stored::New => {
            let what = FeedWhat::LinkRecord { jws: jws.clone() };
            store.feed(&link.clinic, &link.lid, NewEvent::Other(&what), now).await?;
            store
                .audit(AuditEntry {
                    at: now,
                    actor: Actor::Link,
                    lid: Some(&link.lid),
                    event: Event::LinkRecordReceived,
                    outcome: Outcome::Done,
                })
                .await?;
            service.commit(store).await?;
        }
    }
    Ok(Json(LinkRecordResponse { desk_heard_seconds_ago: heard(&clinic, now) }))
}

fn heard(clinic: &Clinic, now: Timestamp) -> Option<u32> {
    clinic.heard.map(|heard| u32::try_from((now.0 - heard.0).max(0) / 1000).unwrap_or(u32::MAX))
}
