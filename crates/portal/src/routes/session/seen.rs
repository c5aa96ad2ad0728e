//! `POST session/seen`: the open page says that a message is read or was left; the only source of "read".

use crate::{
    authorization::SessionCall,
    refusal::Refusal,
    rules::SESSION_RENEWED_SECONDS,
    service::Service,
    store::{Actor, AuditEntry, Event, NewEvent, Outcome},
};
use axum::{Json, extract::State};
use postern_protocol::{
    error_code::ErrorCode,
    wire::{
        desk_feed::FeedWhat,
        session::{Done, SeenRequest},
    },
};
use std::sync::Arc;

/// Tells the desk, and renews the idle time once a minute at most.
///
/// # Errors
/// `session-ended`; `not-found` for a message that this session was not given.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: SessionCall<SeenRequest>,
) -> Result<Json<Done>, Refusal> {
    let now = service.now();
    // Asked twice: nobody without a session makes others wait for the writer.
    call.session(&service, &mut *service.store.read().await?).await?;
    let mut store = service.store.write().await?;
    let (session, link) = call.session(&service, &mut *store).await?;
    let SeenRequest { mid, shown, event, ms } = call.body;
    let envelope = store.envelope(&link.lid, &mid).await?;
    if envelope.is_none_or(|envelope| envelope.level > session.level) {
        return Err(ErrorCode::NotFound.into());
    }
    if session.seen.plus_seconds(SESSION_RENEWED_SECONDS) <= now {
        store.renew_session(&session.token_sha256, now).await?;
    }
    let what = FeedWhat::Seen { mid, shown, event, ms };
    store.feed(&link.clinic, &link.lid, NewEvent::Other(&what), now).await?;
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Link,
            lid: Some(&link.lid),
            event: Event::MessageSeen,
            outcome: Outcome::Done,
        })
        .await?;
    service.commit(store).await?;
    Ok(Json(Done {}))
}
