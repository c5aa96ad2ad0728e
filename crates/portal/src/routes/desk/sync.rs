//! `POST desk/sync`: after a restore the desk tells the state of its links; only then `verify/*` is served again.

use crate::{
    authorization::DeskCall,
    ending::{destroy_keys, end_link},
    refusal::Refusal,
    rules::SWEEP_ROWS,
    service::Service,
    store::{Actor, AuditEntry, Ending, Event, Outcome},
};
use axum::{Json, extract::State};
use postern_protocol::{
    error_code::ErrorCode,
    wire::{
        desk_links::DeskLinkState,
        desk_sync::{SyncLink, SyncRequest},
        session::Done,
    },
};
use std::sync::Arc;

/// What ended for the desk ends here; `used` becomes the larger of both. Links the portal lost stay unknown. With the last
/// call of several the clinic is served again.
///
/// # Errors
/// `resync-required` where the desk speaks to another epoch than this one; the store's.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: DeskCall<SyncRequest>,
) -> Result<Json<Done>, Refusal> {
    let now = service.now();
    let SyncRequest { epoch, links, more } = &call.body;
    let mut store = service.store.write().await?;
    if service.epoch(&mut *store).await? != *epoch {
        return Err(ErrorCode::ResyncRequired.into());
    }
    let mut ended = Vec::new();
    for SyncLink { lid, state, used } in links {
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
        if end_link(&mut *store, &link, ending, Actor::Desk, now).await? {
            ended.push(*lid);
        }
    }
    if !more {
        store.note_synced(call.clinic_id(), epoch).await?;
        store
            .audit(AuditEntry {
                at: now,
                actor: Actor::Desk,
                lid: None,
                event: Event::DeskSynced,
                outcome: Outcome::Done,
            })
            .await?;
    }
    service.commit(store).await?;
    // Overwriting a key takes its time: of very many, the sweep does the rest.
    ended.truncate(SWEEP_ROWS as usize);
    destroy_keys(&service, &ended).await?;
    Ok(Json(Done {}))
}
