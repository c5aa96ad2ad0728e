//! `POST session/end`: the patient is done.

use crate::{
    authorization::SessionCall,
    refusal::Refusal,
    service::Service,
    store::{Actor, AuditEntry, Event, Outcome},
};
use axum::{Json, extract::State};
use postern_protocol::wire::session::{Done, EndRequest};
use std::sync::Arc;

/// Ends the session.
///
/// # Errors
/// `session-ended` where it had ended before.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: SessionCall<EndRequest>,
) -> Result<Json<Done>, Refusal> {
    let EndRequest {} = call.body;
    // Asked twice: nobody without a session makes others wait for the writer.
    call.session(&service, &mut *service.store.read().await?).await?;
    let mut store = service.store.write().await?;
    let (session, link) = call.session(&service, &mut *store).await?;
    store.end_session(&session.token_sha256).await?;
    store
        .audit(AuditEntry {
            at: service.now(),
            actor: Actor::Link,
            lid: Some(&link.lid),
            event: Event::SessionEnded,
            outcome: Outcome::Done,
        })
        .await?;
    service.commit(store).await?;
    Ok(Json(Done {}))
}
