//! `PUT records/{rid}`: takes one sealed answer and gives its receipt.

use crate::{
    authorization::SessionCall,
    http::PathPart,
    refusal::Refusal,
    rules::{LINK_BYTES, RECORDS},
    service::Service,
    store::{Actor, AuditEntry, AuditHead, Event, Link, NewEvent, Outcome, Record},
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
    PathPart(rid): PathPart<RecordId>,
    call: SessionCall<RecordRequest>,
) -> Result<Json<RecordResponse>, Refusal> {
    let now = service.now();
    // Asked twice: nobody without a session makes others wait for the writer.
    call.session(&service, &mut *service.store.read().await?).await?;
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
    check_shapes(&link, &rid, &record, &own)?;
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
    let seq = last.as_ref().filter(|last| last.epoch == service.epoch).map_or(1, |last| last.seq + 1);
    let prev = last.map_or(FIRST_PREV, |last| receipt::digest_of(&last.receipt));
    let receipt = sign(&service, &link, &rid, seq, prev, sha256_, now, audit);
    store
        .insert_record(&Record {
            lid: link.lid,
            clinic: link.clinic.clone(),
            rid,
            epoch: service.epoch,
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
    seq: u32,
    prev: postern_protocol::digest::Digest,
    sha256: postern_protocol::digest::Digest,
    received_at: Timestamp,
    audit: AuditHead,
) -> String {
    let receipt = Receipt {
        iss: service.origin.clone(),
        epoch: service.epoch,
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
