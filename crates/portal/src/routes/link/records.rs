//! `POST link/records`: opt-out, wrong person and the like. The portal cannot check their MAC; the desk does.

use crate::{
    authorization::LinkCall,
    code_life::of_last_day,
    refusal::Refusal,
    rules::{CODE_TRIES, LINK_RECORDS},
    service::Service,
    store::{Actor, AuditEntry, Clinic, Event, NewEvent, Outcome, Stored},
};
use axum::{Json, extract::State};
use postern_protocol::{
    digest::sha256,
    envelope::link_record::{self, LinkRecordKind},
    error_code::ErrorCode,
    time::Timestamp,
    wire::{
        desk_feed::FeedWhat,
        link_records::{LinkRecordRequest, LinkRecordResponse},
    },
};
use std::sync::Arc;

/// Stores one link record for the desk; the same bytes again reach it once. Taken in every state of the link.
///
/// # Errors
/// `link-unknown`, `malformed-envelope`, `link-full`; a code request also `resync-required`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: LinkCall<LinkRecordRequest>,
) -> Result<Json<LinkRecordResponse>, Refusal> {
    let now = service.now();
    let (link, clinic) = {
        let mut store = service.store.read().await?;
        call.link(&service, &mut *store).await?
    };
    let jws = &call.body.jws;
    let kind = link_record::check(jws, &link.lid).map_err(|_| ErrorCode::MalformedEnvelope)?;
    let mut store = service.store.write().await?;
    let code_until = if kind == LinkRecordKind::Code {
        service.refuse_unsynced(&mut *store, &link.clinic).await?;
        let codes = of_last_day(&mut *store, &link.lid, now).await?;
        codes.iter().rfind(|code| code.can_be_typed(CODE_TRIES, now)).map(|code| code.until)
    } else {
        None
    };
    match store.note_link_record(&link.lid, &sha256(jws.as_bytes()), now, LINK_RECORDS).await? {
        Stored::Full => return Err(ErrorCode::LinkFull.into()),
        Stored::Repeated => {}
        Stored::New => {
            let what = FeedWhat::LinkRecord { jws: jws.clone() };
            store.feed(&link.clinic, &link.lid, NewEvent::Other(&what), now).await?;
            store
                .audit(AuditEntry {
                    at: now,
                    actor: Actor::Link,
                    lid: Some(&link.lid),
                    event: Event::LinkRecordReceived,
                    outcome: Outcome::Done,
                })
                .await?;
            service.commit(store).await?;
        }
    }
    Ok(Json(LinkRecordResponse { desk_heard_seconds_ago: heard(&clinic, now), code_until }))
}

fn heard(clinic: &Clinic, now: Timestamp) -> Option<u32> {
    clinic.heard.map(|heard| u32::try_from((now.0 - heard.0).max(0) / 1000).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Kit, Sent};
    use axum::http::Method;
    use postern_protocol::{envelope::link_record::LinkRecord, id::record_id};
    use serde_json::json;

    fn opt_out(kit: &mut Kit, sent: &Sent) -> LinkRecordRequest {
        let record = LinkRecord {
            v: 1,
            rid: record_id(kit.now(), &mut kit.rng),
            lid: sent.lid,
            clinic: kit.oak.id.clone(),
            kind: LinkRecordKind::OptOut,
            scope: None,
            at: kit.now(),
        };
        LinkRecordRequest { jws: link_record::seal(&sent.keys.link_mac, &record) }
    }

    #[tokio::test]
    async fn a_link_record_reaches_the_desk_once() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let request = opt_out(&mut kit, &sent);
        for _ in 0..3 {
            let _: LinkRecordResponse = kit.post("link/records", &sent.header(), &request).await.json();
        }
        let page = kit.feed(0).await;
        let what: Vec<_> = page.events.into_iter().map(|event| event.what).collect();
        assert_eq!(what, [FeedWhat::LinkRecord { jws: request.jws }]);
    }

    #[tokio::test]
    async fn a_recalled_link_still_takes_an_opt_out() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
        let request = opt_out(&mut kit, &sent);
        let _: LinkRecordResponse = kit.post("link/records", &sent.header(), &request).await.json();
        assert_eq!(kit.told().await, ["link-record"]);
    }

    #[tokio::test]
    async fn a_record_of_another_link_or_shape_is_refused() {
        let mut kit = Kit::new().await;
        let (sent, other) = (kit.send().await, kit.send().await);
        let request = opt_out(&mut kit, &other);
        let answer = kit.post("link/records", &sent.header(), &request).await;
        assert_eq!(answer.code(), ErrorCode::MalformedEnvelope);
        let answer = kit.post("link/records", &sent.header(), &json!({ "jws": "a.b.c" })).await;
        assert_eq!(answer.code(), ErrorCode::MalformedEnvelope);
        assert!(kit.told().await.is_empty());
    }

    #[tokio::test]
    async fn a_link_takes_fifty_and_repeats_of_those() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let requests: Vec<_> = (0..=50).map(|_| opt_out(&mut kit, &sent)).collect();
        for request in &requests[..50] {
            let _: LinkRecordResponse = kit.post("link/records", &sent.header(), request).await.json();
        }
        let answer = kit.post("link/records", &sent.header(), &requests[50]).await;
        assert_eq!(answer.code(), ErrorCode::LinkFull);
        let _: LinkRecordResponse = kit.post("link/records", &sent.header(), &requests[0]).await.json();
    }

    #[tokio::test]
    async fn the_answer_says_when_the_desk_last_listened() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let request = opt_out(&mut kit, &sent);
        let answer: LinkRecordResponse = kit.post("link/records", &sent.header(), &request).await.json();
        assert_eq!(answer.desk_heard_seconds_ago, None);
        kit.feed(0).await;
        kit.pass(42);
        let answer: LinkRecordResponse = kit.post("link/records", &sent.header(), &request).await.json();
        assert_eq!(answer.desk_heard_seconds_ago, Some(42));
    }
}
