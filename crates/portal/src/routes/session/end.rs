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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Kit;
    use postern_protocol::error_code::ErrorCode;
    use serde_json::json;

    #[tokio::test]
    async fn an_ended_session_does_nothing_more() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let (opened, other) = (kit.open(&sent, 1).await, kit.open(&sent, 2).await);
        let _: Done = kit.post("session/end", &opened.header, &json!({})).await.json();
        assert_eq!(kit.post("session/end", &opened.header, &json!({})).await.code(), ErrorCode::SessionEnded);
        let (rid, request) = kit.answer(&sent, None);
        assert_eq!(kit.put(&opened, &rid, &request).await.code(), ErrorCode::SessionEnded);
        kit.put_answer(&sent, &other).await;
    }
}
