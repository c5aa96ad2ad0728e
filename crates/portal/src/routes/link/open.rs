//! `POST link/open`: what a holder of the link may know before the factor. Changes nothing, raises no event.

use crate::{
    authorization::LinkCall,
    refusal::Refusal,
    service::Service,
    store::{Ending, Standing},
};
use axum::{Json, extract::State};
use postern_protocol::{
    error_code::ErrorCode,
    wire::link_open::{LinkState, OpenRequest, OpenResponse, OpenSlot},
};
use std::sync::Arc;

/// Answers with the link's state, truthfully.
///
/// # Errors
/// `link-unknown`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: LinkCall<OpenRequest>,
) -> Result<Json<OpenResponse>, Refusal> {
    let OpenRequest {} = call.body;
    let now = service.now();
    let mut store = service.store.read().await?;
    let (link, clinic) = call.link(&service, &mut *store).await?;
    let state = match link.standing(now) {
        Standing::New => return Err(ErrorCode::LinkUnknown.into()),
        Standing::Active => LinkState::Active,
        Standing::Locked => LinkState::Locked,
        Standing::Ended(ending) => match link.told_ending(ending) {
            Ending::Expired => LinkState::Expired,
            Ending::Recalled => LinkState::Recalled,
            Ending::Closed => LinkState::Closed,
        },
    };
    let slots = match state {
        LinkState::Active => store.open_slots(&link.lid, now).await?,
        _ => Vec::new(),
    };
    Ok(Json(OpenResponse {
        state,
        slots: slots
            .iter()
            .map(|slot| OpenSlot { slot: slot.number, factor: slot.factor, until: slot.until })
            .collect(),
        tries_left: link.tries.left(),
        expires: link.expires,
        now,
        clinic: clinic.public,
    }))
}
