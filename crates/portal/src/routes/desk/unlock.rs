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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Kit;
    use axum::http::Method;
    use postern_protocol::wire::{desk_links::DeskLinkState, verify::StartResponse};
    use serde_json::json;

    #[tokio::test]
    async fn an_unlock_adds_five_tries_once() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        for seed in 0..10 {
            kit.type_wrong(&sent, seed).await;
        }
        let status: LinkStatus = kit.desk(Method::POST, &sent.path("/unlock"), &json!({})).await.json();
        assert_eq!(status, LinkStatus { state: DeskLinkState::Active, used: 10, max: 15 });
        for seed in 10..15 {
            let _: StartResponse = kit.type_wrong(&sent, seed).await.json();
        }
        assert_eq!(kit.type_wrong(&sent, 15).await.code(), ErrorCode::LinkLocked);
        let answer = kit.desk(Method::POST, &sent.path("/unlock"), &json!({})).await;
        assert_eq!(answer.code(), ErrorCode::UnlockUsed);
    }

    #[tokio::test]
    async fn a_link_that_locks_again_is_told_again() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        for seed in 0..11 {
            kit.type_wrong(&sent, seed).await;
        }
        kit.desk(Method::POST, &sent.path("/unlock"), &json!({})).await;
        for seed in 11..18 {
            kit.type_wrong(&sent, seed).await;
        }
        assert_eq!(kit.told().await, ["opened", "locked", "locked"]);
    }

    #[tokio::test]
    async fn an_ended_link_is_not_unlocked() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
        let answer = kit.desk(Method::POST, &sent.path("/unlock"), &json!({})).await;
        assert_eq!(answer.code(), ErrorCode::LinkRecalled);
    }
}
