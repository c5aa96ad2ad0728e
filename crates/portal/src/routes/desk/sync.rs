//! `POST desk/sync`: after a restore the desk tells the state of its links; only then `verify/*` is served again.

use crate::{
    authorization::DeskCall,
    ending::{destroy_keys, end_link},
    refusal::Refusal,
    service::Service,
    store::{Actor, AuditEntry, Ending, Event, Outcome},
};
use axum::{Json, extract::State};
use postern_protocol::wire::{
    desk_links::DeskLinkState,
    desk_sync::{SyncLink, SyncRequest},
    session::Done,
};
use std::sync::Arc;

/// What ended for the desk ends here; `used` becomes the larger of both. Links the portal lost stay unknown.
///
/// # Errors
/// The store's.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: DeskCall<SyncRequest>,
) -> Result<Json<Done>, Refusal> {
    let now = service.now();
    let mut store = service.store.write().await?;
    let mut ended = Vec::new();
    for SyncLink { lid, state, used } in &call.body.links {
        let link = store.link(lid).await?.filter(|link| link.clinic == *call.clinic_id());
        let Some(link) = link else { continue };
        store.raise_used(lid, *used).await?;
        let ending = match state {
            DeskLinkState::New | DeskLinkState::Active => continue,
            DeskLinkState::Locked => {
                store.raise_used(lid, link.tries.max).await?;
                continue;
            }
            DeskLinkState::Expired => Ending::Expired,
            DeskLinkState::Recalled => Ending::Recalled,
            DeskLinkState::Closed => Ending::Closed,
        };
        end_link(&mut *store, &link, ending, Actor::Desk, now).await?;
        ended.push(*lid);
    }
    store.note_synced(call.clinic_id(), &service.epoch).await?;
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Desk,
            lid: None,
            event: Event::DeskSynced,
            outcome: Outcome::Done,
        })
        .await?;
    service.commit(store).await?;
    destroy_keys(&service, &ended).await?;
    Ok(Json(Done {}))
}
