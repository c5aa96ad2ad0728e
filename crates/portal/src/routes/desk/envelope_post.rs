//! `POST desk/links/{lid}/envelopes`: stores one sealed message.

use super::status::{activate_if_complete, status_now};
use crate::{
    authorization::DeskCall,
    http::PathPart,
    refusal::Refusal,
    rules::LINK_BYTES,
    service::Service,
    store::{Actor, AuditEntry, Envelope, Event, Outcome},
};
use axum::{Json, extract::State};
use postern_protocol::{
    envelope::message,
    error_code::ErrorCode,
    id::LinkId,
    wire::desk_links::{EnvelopeRequest, LinkStatus},
};
use std::sync::Arc;

/// Adds the link's next message. The same content again gets the link's present status.
///
/// # Errors
/// `link-unknown`, `link-expired`, `link-recalled`, `link-closed`, `malformed-envelope`, `malformed-body` for another
/// level than 1 or 2, `conflict` for a number that is not the next or a known id with other content, `link-full`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart(lid): PathPart<LinkId>,
    call: DeskCall<EnvelopeRequest>,
) -> Result<Json<LinkStatus>, Refusal> {
    let now = service.now();
    let EnvelopeRequest { mid, n, level, jwe } = &call.body;
    message::check(jwe, mid).map_err(|_| ErrorCode::MalformedEnvelope)?;
    if !matches!(level, 1 | 2) {
        return Err(ErrorCode::MalformedBody.into());
    }
    let envelope = Envelope { mid: *mid, number: *n, level: *level, jwe: jwe.clone() };
    let mut store = service.store.write().await?;
    let link = call.link(&mut *store, &lid).await?;
    link.refuse_ended(now)?;
    if let Some(known) = store.envelope(&lid, mid).await? {
        return if known == envelope {
            Ok(Json(status_now(&mut *store, &lid, now).await?))
        } else {
            Err(ErrorCode::Conflict.into())
        };
    }
    if !store.grow_link(&lid, jwe.len() as u64, LINK_BYTES).await? {
        return Err(ErrorCode::LinkFull.into());
    }
    if !store.insert_envelope(&lid, &envelope).await? {
        return Err(ErrorCode::Conflict.into());
    }
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Desk,
            lid: Some(&lid),
            event: Event::EnvelopeStored,
            outcome: Outcome::Done,
        })
        .await?;
    activate_if_complete(&mut *store, &lid).await?;
    let status = status_now(&mut *store, &lid, now).await?;
    service.commit(store).await?;
    Ok(Json(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Answer, Kit, Sent};
    use axum::http::Method;
    use postern_protocol::id::random_id;
    use serde_json::json;

    async fn post(kit: &mut Kit, sent: &Sent, envelope: &EnvelopeRequest) -> Answer {
        kit.desk(Method::POST, &sent.path("/envelopes"), envelope).await
    }

    fn next(kit: &mut Kit, sent: &Sent, n: u32) -> EnvelopeRequest {
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
        EnvelopeRequest { mid, n, level: 1, jwe }
    }

    #[tokio::test]
    async fn messages_are_numbered_without_gap_and_repeatable() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let (second, third) = (next(&mut kit, &sent, 2), next(&mut kit, &sent, 3));
        assert_eq!(post(&mut kit, &sent, &third).await.code(), ErrorCode::Conflict);
        for _ in 0..2 {
            let _: LinkStatus = post(&mut kit, &sent, &second).await.json();
        }
        let twice = next(&mut kit, &sent, 2);
        assert_eq!(post(&mut kit, &sent, &twice).await.code(), ErrorCode::Conflict);
        let _: LinkStatus = post(&mut kit, &sent, &third).await.json();
        let numbers = kit.open(&sent, 1).await.response.envelopes;
        assert_eq!(numbers.iter().map(|one| one.n).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_level_two_message_does_not_go_to_a_birth_date_session() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let second = EnvelopeRequest { level: 2, ..next(&mut kit, &sent, 2) };
        let _: LinkStatus = post(&mut kit, &sent, &second).await.json();
        let given = kit.open(&sent, 1).await.response.envelopes;
        assert_eq!(given.iter().map(|one| one.n).collect::<Vec<_>>(), [1]);
    }

    #[tokio::test]
    async fn a_known_message_with_other_content_another_shape_or_level_is_refused() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let mut other = next(&mut kit, &sent, 1);
        other.mid = sent.mid;
        assert_eq!(post(&mut kit, &sent, &other).await.code(), ErrorCode::MalformedEnvelope);
        let level = EnvelopeRequest { level: 2, ..sent.envelope.clone() };
        assert_eq!(post(&mut kit, &sent, &level).await.code(), ErrorCode::Conflict);
        let level = EnvelopeRequest { level: 3, ..next(&mut kit, &sent, 2) };
        assert_eq!(post(&mut kit, &sent, &level).await.code(), ErrorCode::MalformedBody);
    }

    #[tokio::test]
    async fn an_ended_link_takes_no_message() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
        let second = next(&mut kit, &sent, 2);
        assert_eq!(post(&mut kit, &sent, &second).await.code(), ErrorCode::LinkRecalled);
    }
}
