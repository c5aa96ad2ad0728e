//! `POST desk/links/{lid}/close`: ends a link after its answer. Its sessions end at once; its key is overwritten before the answer.

use super::status::status_of;
use crate::{
    authorization::DeskCall,
    ending::{destroy_keys, end_link},
    http::PathPart,
    refusal::Refusal,
    service::Service,
    store::{Actor, Ending},
};
use axum::{Json, extract::State};
use postern_protocol::{
    error_code::ErrorCode,
    id::LinkId,
    wire::desk_links::{EmptyRequest, LinkStatus},
};
use std::sync::Arc;

/// Ends the link. A link that has ended keeps its ending; its key is destroyed in any case.
///
/// # Errors
/// `link-unknown`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart(lid): PathPart<LinkId>,
    call: DeskCall<EmptyRequest>,
) -> Result<Json<LinkStatus>, Refusal> {
    let EmptyRequest {} = call.body;
    let now = service.now();
    let mut store = service.store.write().await?;
    let link = call.link(&mut *store, &lid).await?;
    end_link(&mut *store, &link, Ending::Closed, Actor::Desk, now).await?;
    let link = store.link(&lid).await?.ok_or(ErrorCode::LinkUnknown)?;
    service.commit(store).await?;
    destroy_keys(&service, &[lid]).await?;
    Ok(Json(status_of(&link, now)))
}
