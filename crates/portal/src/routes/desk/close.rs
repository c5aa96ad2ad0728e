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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Kit;
    use axum::http::Method;
    use postern_protocol::wire::desk_links::DeskLinkState;
    use serde_json::json;

    #[tokio::test]
    async fn a_closed_link_stays_closed_and_its_key_is_gone() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        kit.put_answer(&sent, &opened).await;
        for rest in ["/close", "/close", "/recall"] {
            let status: LinkStatus = kit.desk(Method::POST, &sent.path(rest), &json!({})).await.json();
            assert_eq!(status.state, DeskLinkState::Closed, "{rest}");
        }
        assert!(kit.portal.link_keys.get(&sent.lid).await.unwrap().is_none());
        assert_eq!(kit.type_wrong(&sent, 1).await.code(), ErrorCode::LinkClosed);
        assert!(kit.told().await.contains(&"record".to_owned()));
    }
}
