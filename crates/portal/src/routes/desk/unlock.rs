//! `POST desk/links/{lid}/unlock`: five more tries, once on a link.

use super::status::status_now;
use crate::{
    authorization::DeskCall,
    http::PathPart,
    refusal::Refusal,
    rules::TRIES_UNLOCKED,
    service::Service,
    store::{Actor, AuditEntry, Event, Outcome},
};
use axum::{Json, extract::State};
use postern_protocol::{
    error_code::ErrorCode,
    id::LinkId,
    wire::desk_links::{EmptyRequest, LinkStatus},
};
use std::sync::Arc;

/// Allows the tries.
///
/// # Errors
/// `link-unknown`, `link-expired`, `link-recalled`, `link-closed`, `unlock-used`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart(lid): PathPart<LinkId>,
    call: DeskCall<EmptyRequest>,
) -> Result<Json<LinkStatus>, Refusal> {
    let EmptyRequest {} = call.body;
    let now = service.now();
    let mut store = service.store.write().await?;
    let link = call.link(&mut *store, &lid).await?;
    link.refuse_ended(now)?;
    if store.unlock(&lid, TRIES_UNLOCKED).await?.is_none() {
        return Err(ErrorCode::UnlockUsed.into());
    }
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Desk,
            lid: Some(&lid),
            event: Event::LinkUnlocked,
            outcome: Outcome::Done,
        })
        .await?;
    let status = status_now(&mut *store, &lid, now).await?;
    service.commit(store).await?;
    Ok(Json(status))
}
