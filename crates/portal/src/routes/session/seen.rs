//! `POST session/seen`: the open page says that a message is read or was left; the only source of "read".

use crate::{
    authorization::SessionCall,
    refusal::Refusal,
    rules::SESSION_RENEWED_SECONDS,
    service::Service,
    store::{Actor, AuditEntry, Event, NewEvent, Outcome},
};
use axum::{Json, extract::State};
use postern_protocol::{
    error_code::ErrorCode,
    wire::{
        desk_feed::FeedWhat,
        session::{Done, SeenRequest},
    },
};
use std::sync::Arc;

/// Tells the desk, and renews the idle time once a minute at most.
///
/// # Errors
/// `session-ended`; `not-found` for a message that this session was not given.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: SessionCall<SeenRequest>,
) -> Result<Json<Done>, Refusal> {
    let now = service.now();
    // Asked twice: nobody without a session makes others wait for the writer.
    call.session(&service, &mut *service.store.read().await?).await?;
    let mut store = service.store.write().await?;
    let (session, link) = call.session(&service, &mut *store).await?;
    let SeenRequest { mid, shown, event, ms } = call.body;
    let envelope = store.envelope(&link.lid, &mid).await?;
    if envelope.is_none_or(|envelope| envelope.level > session.level) {
        return Err(ErrorCode::NotFound.into());
    }
    if session.seen.plus_seconds(SESSION_RENEWED_SECONDS) <= now {
        store.renew_session(&session.token_sha256, now).await?;
    }
    let what = FeedWhat::Seen { mid, shown, event, ms };
    store.feed(&link.clinic, &link.lid, NewEvent::Other(&what), now).await?;
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Link,
            lid: Some(&link.lid),
            event: Event::MessageSeen,
            outcome: Outcome::Done,
        })
        .await?;
    service.commit(store).await?;
    Ok(Json(Done {}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Answer, Kit, Opened, Sent};
    use axum::http::Method;
    use postern_protocol::{id::MessageId, wire::session::SeenEvent};
    use serde_json::json;

    async fn say(kit: &Kit, opened: &Opened, sent: &Sent, mid: MessageId) -> Answer {
        let body = SeenRequest { mid, shown: sent.shown, event: SeenEvent::Read, ms: 1500 };
        kit.post("session/seen", &opened.header, &body).await
    }

    #[tokio::test]
    async fn reading_is_told_to_the_desk() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        let _: Done = say(&kit, &opened, &sent, sent.mid).await.json();
        let what = FeedWhat::Seen { mid: sent.mid, shown: sent.shown, event: SeenEvent::Read, ms: 1500 };
        assert_eq!(kit.feed(2).await.events[0].what, what);
    }

    #[tokio::test]
    async fn a_session_ends_after_ten_minutes_without_a_sign() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        kit.pass(599);
        let _: Done = say(&kit, &opened, &sent, sent.mid).await.json();
        kit.pass(599);
        let _: Done = say(&kit, &opened, &sent, sent.mid).await.json();
        kit.pass(600);
        assert_eq!(say(&kit, &opened, &sent, sent.mid).await.code(), ErrorCode::SessionEnded);
    }

    #[tokio::test]
    async fn a_session_ends_after_an_hour_whatever_is_done() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        for _ in 0..59 {
            kit.pass(60);
            let _: Done = say(&kit, &opened, &sent, sent.mid).await.json();
        }
        kit.pass(60);
        assert_eq!(say(&kit, &opened, &sent, sent.mid).await.code(), ErrorCode::SessionEnded);
    }

    #[tokio::test]
    async fn a_message_this_session_was_not_given_is_not_found() {
        let mut kit = Kit::new().await;
        let (sent, other) = (kit.send().await, kit.send().await);
        let opened = kit.open(&sent, 1).await;
        assert_eq!(say(&kit, &opened, &sent, other.mid).await.code(), ErrorCode::NotFound);
    }

    #[tokio::test]
    async fn a_recall_ends_the_session_at_once() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
        assert_eq!(say(&kit, &opened, &sent, sent.mid).await.code(), ErrorCode::SessionEnded);
    }

    #[tokio::test]
    async fn the_token_of_one_link_opens_no_other() {
        let mut kit = Kit::new().await;
        let (sent, other) = (kit.send().await, kit.send().await);
        let mut opened = kit.open(&sent, 1).await;
        opened.header = postern_protocol::wire::authorization::Authorization::Session {
            lid: other.lid,
            token: opened.token,
        }
        .to_header();
        assert_eq!(say(&kit, &opened, &other, other.mid).await.code(), ErrorCode::SessionEnded);
    }
}
