//! `POST session/messages`: what was added to the link while its page is open. Changes nothing, raises no event, and is no sign of
//! the patient: a page that asks by itself must not keep its own session alive.

use crate::{authorization::SessionCall, refusal::Refusal, service::Service};
use axum::{Json, extract::State};
use postern_protocol::wire::{
    session::{MessagesRequest, MessagesResponse},
    verify::WireEnvelope,
};
use std::sync::Arc;

/// Hands over the messages of the session's level after a number.
///
/// # Errors
/// `session-ended`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: SessionCall<MessagesRequest>,
) -> Result<Json<MessagesResponse>, Refusal> {
    let mut store = service.store.read().await?;
    let (session, link) = call.session(&service, &mut *store).await?;
    let envelopes = store.envelopes(&link.lid, session.level, call.body.after).await?;
    Ok(Json(MessagesResponse { envelopes: envelopes.into_iter().map(WireEnvelope::from).collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Answer, Kit, Opened, Sent};
    use axum::http::Method;
    use postern_protocol::{
        envelope::message,
        error_code::ErrorCode,
        id::random_id,
        wire::{
            desk_links::{EnvelopeRequest, LinkStatus},
            session::{Done, SeenEvent, SeenRequest},
        },
    };
    use serde_json::json;

    async fn ask(kit: &Kit, opened: &Opened, after: u32) -> Answer {
        kit.post("session/messages", &opened.header, &MessagesRequest { after }).await
    }

    async fn numbers(kit: &Kit, opened: &Opened, after: u32) -> Vec<u32> {
        let answer: MessagesResponse = ask(kit, opened, after).await.json();
        answer.envelopes.iter().map(|one| one.n).collect()
    }

    /// The desk puts one more message on the link.
    async fn add(kit: &mut Kit, sent: &Sent, n: u32, level: u8) -> EnvelopeRequest {
        let mid = random_id(&mut kit.rng);
        let message = message::Message {
            about: None,
            v: 1,
            n,
            bundle: json!({}),
            clinic: message::MessageClinic {
                display: String::new(),
                key: kit.oak.record_key.public(),
                portal_keys: Vec::new(),
            },
        };
        let jwe = message::seal(&mut kit.rng, &sent.content, &mid, &message).jwe;
        let request = EnvelopeRequest { mid, n, level, jwe };
        let _: LinkStatus = kit.desk(Method::POST, &sent.path("/envelopes"), &request).await.json();
        request
    }

    #[tokio::test]
    async fn an_open_page_gets_what_was_added_and_nothing_twice() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        assert!(numbers(&kit, &opened, 1).await.is_empty());
        let added = add(&mut kit, &sent, 2, 1).await;
        let answer: MessagesResponse = ask(&kit, &opened, 1).await.json();
        let [one] = &answer.envelopes[..] else { panic!("one message was added") };
        assert_eq!((one.mid, one.n, one.level, &one.jwe), (added.mid, 2, 1, &added.jwe));
        assert!(numbers(&kit, &opened, 2).await.is_empty());
        assert_eq!(numbers(&kit, &opened, 0).await, [1, 2]);
        assert!(numbers(&kit, &opened, u32::MAX).await.is_empty());
    }

    #[tokio::test]
    async fn a_level_two_message_that_is_added_does_not_go_to_a_birth_date_session() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        add(&mut kit, &sent, 2, 2).await;
        add(&mut kit, &sent, 3, 1).await;
        assert_eq!(numbers(&kit, &opened, 1).await, [3]);
    }

    #[tokio::test]
    async fn asking_for_messages_changes_nothing_raises_no_event_and_is_no_sign_of_the_patient() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        let before = kit.dump().await;
        for _ in 0..9 {
            kit.pass(60);
            assert!(numbers(&kit, &opened, 1).await.is_empty());
        }
        assert_eq!(kit.dump().await, before);
        kit.pass(60);
        assert_eq!(ask(&kit, &opened, 1).await.code(), ErrorCode::SessionEnded);
    }

    #[tokio::test]
    async fn a_recall_takes_what_was_added_as_well() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        let added = add(&mut kit, &sent, 2, 1).await;
        let seen = SeenRequest { mid: added.mid, shown: sent.shown, event: SeenEvent::Read, ms: 1 };
        let _: Done = kit.post("session/seen", &opened.header, &seen).await.json();
        kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
        assert_eq!(ask(&kit, &opened, 0).await.code(), ErrorCode::SessionEnded);
    }

    #[tokio::test]
    async fn only_a_session_of_this_link_is_given_its_messages() {
        let mut kit = Kit::new().await;
        let (sent, other) = (kit.send().await, kit.send().await);
        let opened = kit.open(&sent, 1).await;
        let holder = kit.post("session/messages", &sent.header(), &json!({ "after": 0 })).await;
        assert_eq!(holder.code(), ErrorCode::AuthorizationMissing);
        let elsewhere = postern_protocol::wire::authorization::Authorization::Session {
            lid: other.lid,
            token: opened.token,
        };
        let answer = kit.post("session/messages", &elsewhere.to_header(), &json!({ "after": 0 })).await;
        assert_eq!(answer.code(), ErrorCode::SessionEnded);
    }
}
