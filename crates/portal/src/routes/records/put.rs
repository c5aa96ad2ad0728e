//! `PUT records/{rid}`: takes one sealed answer and gives its receipt.

use crate::{
    authorization::SessionCall,
    http::PathPart,
    refusal::Refusal,
    rules::{LINK_BYTES, RECORDS},
    service::Service,
    store::{Actor, AuditEntry, AuditHead, Epoch, Event, Link, NewEvent, Outcome, Record},
};
use axum::{Json, extract::State};
use postern_protocol::{
    digest::sha256,
    envelope::{own, record},
    error_code::ErrorCode,
    id::RecordId,
    receipt::{self, FIRST_PREV, Receipt},
    time::Timestamp,
    wire::{
        records::{RecordRequest, RecordResponse},
        verify::OwnCopy,
    },
};
use std::sync::Arc;

/// Stores record, own copy, receipt, audit row and feed event in one transaction; the receipt leaves after its commit.
/// The same bytes again get the same receipt.
///
/// # Errors
/// `session-ended`, `malformed-parameter`, `malformed-envelope`, `conflict` (the same rid with other bytes), `link-full`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart(rid): PathPart<String>,
    call: SessionCall<RecordRequest>,
) -> Result<Json<RecordResponse>, Refusal> {
    let rid = rid_of(&rid).ok_or(ErrorCode::MalformedParameter)?;
    let now = service.now();
    // Asked twice: nobody without a session, or with what is no record, makes others wait for the writer.
    let (_, link) = call.session(&service, &mut *service.store.read().await?).await?;
    check_shapes(&link, &rid, &call.body.record, &call.body.own)?;
    let mut store = service.store.write().await?;
    let (session, link) = call.session(&service, &mut *store).await?;
    let RecordRequest { record, own, level } = call.body;
    let (sha256_, own_sha256) = (sha256(record.as_bytes()), sha256(own.as_bytes()));
    if let Some(before) = store.record(&link.lid, &rid).await? {
        let same = before.sha256 == sha256_ && before.own_sha256 == own_sha256;
        return if same {
            Ok(Json(RecordResponse { receipt: before.receipt }))
        } else {
            Err(ErrorCode::Conflict.into())
        };
    }
    if level == 0 || level > session.level {
        return Err(ErrorCode::MalformedBody.into());
    }
    let bytes = (record.len() + own.len()) as u64;
    if !store.count_record(&link.lid, bytes, RECORDS, LINK_BYTES).await? {
        return Err(ErrorCode::LinkFull.into());
    }
    let last = store.last_receipt(&link.lid).await?;
    let audit = store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Link,
            lid: Some(&link.lid),
            event: Event::RecordReceived,
            outcome: Outcome::Done,
        })
        .await?;
    let epoch = service.epoch(&mut *store).await?;
    let seq = last.as_ref().filter(|last| last.epoch == epoch).map_or(1, |last| last.seq + 1);
    let prev = last.map_or(FIRST_PREV, |last| receipt::digest_of(&last.receipt));
    let receipt = sign(&service, &link, &rid, epoch, seq, prev, sha256_, now, audit);
    store
        .insert_record(&Record {
            lid: link.lid,
            clinic: link.clinic.clone(),
            rid,
            epoch,
            seq,
            sha256: sha256_,
            own_sha256,
            jwe: record,
            receipt: receipt.clone(),
            received: now,
        })
        .await?;
    store.insert_own_copy(&link.lid, &OwnCopy { rid, level, jwe: own }).await?;
    store.feed(&link.clinic, &link.lid, NewEvent::Record(&rid), now).await?;
    service.commit(store).await?;
    Ok(Json(RecordResponse { receipt }))
}

/// One id, one text: a UUIDv7 in its usual form.
fn rid_of(text: &str) -> Option<RecordId> {
    let rid = RecordId::try_parse(text).ok()?;
    (rid.get_version_num() == 7 && rid.to_string() == text).then_some(rid)
}

/// All that shows without a key: the record is of this link and clinic, the copy of this rid.
fn check_shapes(link: &Link, rid: &RecordId, record: &str, own: &str) -> Result<(), Refusal> {
    let outside = record::look(record).map_err(|_| ErrorCode::MalformedEnvelope)?;
    if outside.lid != link.lid || outside.clinic != link.clinic {
        return Err(ErrorCode::MalformedEnvelope.into());
    }
    own::check(own, rid).map_err(|_| ErrorCode::MalformedEnvelope.into())
}

#[allow(clippy::too_many_arguments, reason = "these are the members of a receipt")]
fn sign(
    service: &Service,
    link: &Link,
    rid: &RecordId,
    epoch: Epoch,
    seq: u32,
    prev: postern_protocol::digest::Digest,
    sha256: postern_protocol::digest::Digest,
    received_at: Timestamp,
    audit: AuditHead,
) -> String {
    let receipt = Receipt {
        iss: service.origin.clone(),
        epoch,
        rid: *rid,
        lid: link.lid,
        seq,
        sha256,
        prev,
        received_at,
        audit: receipt::AuditHead { n: audit.n, head: audit.head },
    };
    receipt::sign(&service.keys.signing, &receipt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Kit, Opened, Sent};
    use postern_protocol::{receipt::chain, wire::desk_feed::FeedWhat};

    async fn opened(kit: &mut Kit) -> (Sent, Opened) {
        let sent = kit.send().await;
        let opened = kit.open(&sent, 7).await;
        (sent, opened)
    }

    #[tokio::test]
    async fn the_same_bytes_get_the_same_receipt_and_reach_the_desk_once() {
        let mut kit = Kit::new().await;
        let (sent, opened) = opened(&mut kit).await;
        let (rid, request) = kit.answer(&sent, None);
        let first: RecordResponse = kit.put(&opened, &rid, &request).await.json();
        kit.pass(30);
        let again: RecordResponse = kit.put(&opened, &rid, &request).await.json();
        assert_eq!(first, again);
        let page = kit.feed(2).await;
        let what: Vec<_> = page.events.into_iter().map(|event| event.what).collect();
        assert_eq!(what, [FeedWhat::Record { rid, jwe: request.record, receipt: first.receipt }]);
    }

    #[tokio::test]
    async fn the_same_rid_with_other_bytes_is_a_conflict() {
        let mut kit = Kit::new().await;
        let (sent, opened) = opened(&mut kit).await;
        let (rid, request) = kit.answer(&sent, None);
        let (other_rid, other) = kit.answer(&sent, None);
        let _: RecordResponse = kit.put(&opened, &rid, &request).await.json();
        let swapped = RecordRequest { record: other.record.clone(), ..request.clone() };
        assert_eq!(kit.put(&opened, &rid, &swapped).await.code(), ErrorCode::Conflict);
        let own_of_another = RecordRequest { own: request.own.clone(), ..other };
        assert_eq!(kit.put(&opened, &other_rid, &own_of_another).await.code(), ErrorCode::MalformedEnvelope);
    }

    #[tokio::test]
    async fn receipts_count_from_one_and_follow_each_other() {
        let mut kit = Kit::new().await;
        let (sent, opened) = opened(&mut kit).await;
        let mut receipts = Vec::new();
        for _ in 0..3 {
            kit.pass(5);
            receipts.push(kit.put_answer(&sent, &opened).await);
        }
        let checked = chain(&sent.lid, &receipts, &kit.oak.pin.keys).unwrap();
        assert_eq!(checked.iter().map(|receipt| receipt.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(checked[2].received_at, kit.now());
        assert!(checked.windows(2).all(|two| two[0].audit.n < two[1].audit.n));
        let (other, other_opened) = self::opened(&mut kit).await;
        let receipt = kit.put_answer(&other, &other_opened).await;
        assert_eq!(chain(&other.lid, &[receipt], &kit.oak.pin.keys).unwrap()[0].seq, 1);
    }

    #[tokio::test]
    async fn a_record_of_another_link_or_above_the_sessions_level_is_refused() {
        let mut kit = Kit::new().await;
        let (_, opened_one) = opened(&mut kit).await;
        let (other, _) = opened(&mut kit).await;
        let (rid, request) = kit.answer(&other, None);
        assert_eq!(kit.put(&opened_one, &rid, &request).await.code(), ErrorCode::MalformedEnvelope);
        let (sent, opened_two) = opened(&mut kit).await;
        for level in [0, 2] {
            let (rid, request) = kit.answer(&sent, None);
            let answer = kit.put(&opened_two, &rid, &RecordRequest { level, ..request }).await;
            assert_eq!(answer.code(), ErrorCode::MalformedBody);
        }
        assert!(!kit.told().await.contains(&"record".to_owned()));
    }

    #[tokio::test]
    async fn a_rid_has_one_text_form() {
        let mut kit = Kit::new().await;
        let (sent, opened) = opened(&mut kit).await;
        let (rid, request) = kit.answer(&sent, None);
        let forms =
            [rid.simple().to_string(), rid.urn().to_string(), rid.to_string().to_uppercase(), "x".into()];
        for form in forms {
            let path = format!("records/{form}");
            let answer = kit.app(axum::http::Method::PUT, &path, &opened.header, &request).await;
            assert_eq!(answer.code(), ErrorCode::MalformedParameter, "{form}");
        }
    }

    #[tokio::test]
    async fn a_link_takes_two_hundred_records_and_repeats_of_those() {
        let mut kit = Kit::new().await;
        let (sent, opened) = opened(&mut kit).await;
        let (first_rid, first) = kit.answer(&sent, None);
        let _: RecordResponse = kit.put(&opened, &first_rid, &first).await.json();
        for _ in 1..200 {
            kit.put_answer(&sent, &opened).await;
        }
        let (rid, request) = kit.answer(&sent, None);
        assert_eq!(kit.put(&opened, &rid, &request).await.code(), ErrorCode::LinkFull);
        let _: RecordResponse = kit.put(&opened, &first_rid, &first).await.json();
    }

    #[tokio::test]
    async fn a_body_may_have_a_mebibyte_and_no_more() {
        let mut kit = Kit::new().await;
        let (sent, opened) = opened(&mut kit).await;
        let (rid, mut request) = kit.answer(&sent, None);
        request.own = "A".repeat(200 * 1024);
        assert_eq!(kit.put(&opened, &rid, &request).await.code(), ErrorCode::MalformedEnvelope);
        request.own = "A".repeat(1024 * 1024);
        assert_eq!(kit.put(&opened, &rid, &request).await.code(), ErrorCode::BodyTooLarge);
    }

    #[tokio::test]
    async fn a_record_goes_thirty_days_after_the_desk_passed_it_and_its_receipt_stays() {
        let mut kit = Kit::new().await;
        let (sent, opened) = opened(&mut kit).await;
        let (rid, request) = kit.answer(&sent, None);
        let receipt: RecordResponse = kit.put(&opened, &rid, &request).await.json();
        kit.feed(3).await;
        kit.pass(30 * 24 * 3600);
        kit.sweep().await;
        assert!(kit.told().await.contains(&"record".to_owned()));
        kit.pass(1);
        kit.sweep().await;
        assert!(!kit.told().await.contains(&"record".to_owned()));
        let stored = kit.portal.store.read_record(&sent, &rid).await;
        assert_eq!((stored.jwe.as_str(), stored.receipt), ("", receipt.receipt));
    }

    impl dyn crate::store::Store {
        async fn read_record(&self, sent: &Sent, rid: &RecordId) -> Record {
            self.read().await.unwrap().record(&sent.lid, rid).await.unwrap().unwrap()
        }
    }
}
