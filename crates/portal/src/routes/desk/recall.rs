//! `POST desk/links/{lid}/recall`: takes a link back. Its sessions end at once; its key is overwritten before the answer.

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
    end_link(&mut *store, &link, Ending::Recalled, Actor::Desk, now).await?;
    let link = store.link(&lid).await?.ok_or(ErrorCode::LinkUnknown)?;
    service.commit(store).await?;
    destroy_keys(&service, &[lid]).await?;
    Ok(Json(status_of(&link, now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Kit;
    use axum::http::Method;
    use postern_protocol::wire::desk_links::DeskLinkState;
    use serde_json::json;

    #[tokio::test]
    async fn a_recall_is_repeatable_and_final() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        for rest in ["/recall", "/recall", "/close"] {
            let status: LinkStatus = kit.desk(Method::POST, &sent.path(rest), &json!({})).await.json();
            assert_eq!(status.state, DeskLinkState::Recalled, "{rest}");
        }
        kit.pass(8 * 24 * 3600);
        kit.sweep().await;
        assert_eq!(kit.type_wrong(&sent, 1).await.code(), ErrorCode::LinkRecalled);
        assert!(kit.told().await.is_empty());
    }

    #[tokio::test]
    async fn a_new_link_can_be_recalled() {
        let mut kit = Kit::new().await;
        let sent = kit.make_link().await;
        let status: LinkStatus = kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await.json();
        assert_eq!(status.state, DeskLinkState::Recalled);
    }

    #[tokio::test]
    async fn the_key_is_gone_when_the_call_returns() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        assert!(kit.portal.link_keys.get(&sent.lid).await.unwrap().is_some());
        kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
        assert!(kit.portal.link_keys.get(&sent.lid).await.unwrap().is_none());
    }
}
