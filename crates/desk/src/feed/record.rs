//! One sealed answer: opened, checked against everything the desk knows, booked.

use super::{
    chain::{self, Standing},
    incident::Reason,
    resource::{self, Said, kind_name},
    whom::{self, Reached},
};
use crate::{
    consent::book::Answer,
    desk::Desk,
    ledger::{self, Actor, Entry},
    preferences::book::Wished,
    send::{action, decide::KeptMessage},
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::Place,
};
use postern_fhir::Task;
use postern_protocol::{
    base64url::FixedBytes,
    derive::Secret32,
    digest::Digest,
    envelope::{
        EnvelopeError,
        record::{self, Opened},
    },
    id::{LinkId, RecordId},
    keys::{ClinicKeyPair, PublicKey},
    receipt::Receipt,
    record::{Answerer, Record, RecordKind},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A record event.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The link it came under.
    pub lid: &'a LinkId,
    /// The id it came under.
    pub rid: &'a RecordId,
    /// The sealed answer.
    pub jwe: &'a str,
    /// Its receipt.
    pub receipt: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Booked.
    Booked,
    /// It was booked before.
    Known,
    /// Something does not hold.
    Incident(Reason),
    /// Receipts before it are missing.
    Early {
        /// Its number.
        seq: u32,
        /// Counted in this epoch of the portal.
        epoch: [u8; 16],
    },
}

/// What the desk keeps of an answer; sealed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptRecord {
    /// Who answered.
    pub by: Answerer,
    /// The patient's zone.
    pub zone: String,
    /// The FHIR resource.
    pub resource: Value,
    /// The signed form.
    pub jws: String,
    /// The sealed form's own key, once the clinic's private key is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cek: Option<FixedBytes<32>>,
}

/// An answer that was checked.
struct Kept<'a> {
    opened: &'a Opened<Value>,
    jwe: &'a str,
    compact: &'a str,
    receipt: &'a Receipt,
    reached: Reached,
}

/// What is booked of an answer beside the answer itself.
enum Booking<'a> {
    Plain,
    Reply,
    Consent(Box<Answer<'a>>),
    Wish(Wished<'a>),
    Opened(Task),
}

impl Desk {
    /// Checks one answer in PROTOCOL's order and books it if everything holds.
    pub(crate) async fn book_record(
        &self,
        connection: &mut Connection,
        incoming: Incoming<'_>,
    ) -> Result<Verdict, Trouble> {
        let Incoming { lid, rid, jwe, receipt: compact } = incoming;
        let Some(pin) = self.portal_pin().await? else { return Ok(Verdict::Incident(Reason::ReceiptKey)) };
        let receipt = match chain::verify(compact, lid, &self.portal_keys().await?, &pin) {
            Ok(receipt) => receipt,
            Err(reason) => return Ok(Verdict::Incident(reason)),
        };
        match chain::place(&mut *connection, &receipt, compact).await? {
            Err(reason) => return Ok(Verdict::Incident(reason)),
            Ok(Standing::Early) => return Ok(Verdict::Early { seq: receipt.seq, epoch: receipt.epoch.0 }),
            Ok(Standing::Held | Standing::Next) => {}
        }
        if let Err(reason) = chain::agrees(&receipt, rid, jwe) {
            return Ok(Verdict::Incident(reason));
        }
        let booked: Option<String> = sqlx::query_scalar("SELECT jwe FROM record WHERE rid = ?")
            .bind(rid.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(booked) = booked {
            return Ok(if booked == jwe { Verdict::Known } else { Verdict::Incident(Reason::RidTwice) });
        }
        let keys = self.clinic_key_pairs().await?;
        let signer = signer_of(&mut *connection, lid).await?;
        let opened = match open(jwe, &keys, lid, signer) {
            Ok(opened) => opened,
            Err(reason) => return Ok(Verdict::Incident(reason)),
        };
        let received_at = receipt.received_at;
        let (said, reached) =
            match self.check(&mut *connection, lid, rid, &opened.record, received_at).await? {
                Ok(said) => said,
                Err(reason) => return Ok(Verdict::Incident(reason)),
            };
        let rid = opened.record.rid;
        let booking = match said {
            Said::Plain => Booking::Plain,
            Said::Opened(task) => Booking::Opened(task),
            Said::Reply => Booking::Reply,
            Said::Wish(wish) => Booking::Wish(Wished { wish, lid, rid, received_at }),
            Said::Consent(received) => {
                let Some(cek) =
                    keys.iter().find_map(|(_, pair)| record::content_encryption_key(jwe, pair).ok())
                else {
                    return Ok(Verdict::Incident(Reason::EnvelopeKey));
                };
                let received = *received;
                Booking::Consent(Box::new(Answer {
                    received,
                    by_helper: matches!(opened.record.by, Answerer::Helper { .. }),
                    lid,
                    rid,
                    jwe,
                    cek,
                    receipt: compact,
                    received_at,
                }))
            }
        };
        let kept = Kept { opened: &opened, jwe, compact, receipt: &receipt, reached };
        self.keep_record(connection, kept, booking).await?;
        Ok(Verdict::Booked)
    }

    async fn check(
        &self,
        connection: &mut Connection,
        lid: &LinkId,
        rid: &RecordId,
        record: &Record<Value>,
        received_at: Timestamp,
    ) -> Result<Result<(Said, Reached), Reason>, Trouble> {
        if record.lid != *lid || record.rid != *rid || record.clinic != self.clinic.public.id {
            return Ok(Err(Reason::EnvelopeOther));
        }
        let mid = record.mid.to_text();
        let row: Option<(String, String, Vec<u8>)> =
            sqlx::query_as("SELECT kinds, plaintext_sha256, sealed FROM message WHERE mid = ? AND lid = ?")
                .bind(&mid)
                .bind(lid.to_text())
                .fetch_optional(&mut *connection)
                .await?;
        let Some((kinds, plaintext_sha256, sealed)) = row else { return Ok(Err(Reason::MessageUnknown)) };
        let offered: Vec<RecordKind> =
            serde_json::from_str(&kinds).map_err(|_| StoreError::Inconsistent("message.kinds"))?;
        if !offered.contains(&record.kind) {
            return Ok(Err(Reason::KindNotOffered));
        }
        if record.shown.mid != record.mid || record.shown.sha256.to_text() != plaintext_sha256 {
            return Ok(Err(Reason::ShownOther));
        }
        if let Some(seen) = &record.seen
            && !chain::holds(&mut *connection, lid, seen).await?
        {
            return Ok(Err(Reason::SeenUnknown));
        }
        let message: KeptMessage = self.vault.open_json(Place::new("message", "sealed", &mid), &sealed)?;
        let said = match resource::check(record, received_at, &message.bundle) {
            Ok(said) => said,
            Err(reason) => return Ok(Err(reason)),
        };
        let reached = self.reached(connection, lid, Some(&record.mid)).await?;
        let answerer = self.check_answerer(&reached, message.about.as_ref(), record, received_at).await?;
        Ok(answerer.map(|()| (said, reached)))
    }

    async fn keep_record(
        &self,
        connection: &mut Connection,
        kept: Kept<'_>,
        booking: Booking<'_>,
    ) -> Result<(), Trouble> {
        let Kept { opened, jwe, compact, receipt, reached } = kept;
        let mut rng = self.rng();
        let now = self.now();
        let record = &opened.record;
        let rid = record.rid.to_string();
        let kept = KeptRecord {
            by: record.by.clone(),
            zone: record.zone.clone(),
            resource: record.resource.clone(),
            jws: opened.jws.clone(),
            cek: None,
        };
        let sealed = self.vault.seal_json(&mut rng, Place::new("record", "sealed", &rid), &kept);
        sqlx::query(
            "INSERT INTO record (rid, lid, mid, kind, at, received_at, booked_at, replaces, jwe, receipt, sealed)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&rid)
        .bind(record.lid.to_text())
        .bind(record.mid.to_text())
        .bind(kind_name(record.kind))
        .bind(record.at.0)
        .bind(receipt.received_at.0)
        .bind(now.0)
        .bind(record.replaces.map(|rid| rid.to_string()))
        .bind(jwe)
        .bind(compact)
        .bind(sealed)
        .execute(&mut *connection)
        .await?;
        let mut what = serde_json::json!({ "rid": rid, "mid": record.mid, "kind": kind_name(record.kind), "seq": receipt.seq });
        whom::in_ledger(&reached, &record.by, &mut what);
        let entry =
            Entry { at: now, actor: Actor::LinkHolder, kind: "record-booked", lid: Some(record.lid), what };
        match booking {
            Booking::Consent(answer) => self.book_consent(&mut *connection, &reached, *answer, entry).await?,
            // It answers no question of the message: that may still be answered on the link of its reminder.
            Booking::Wish(wished) => return self.book_wish(connection, &reached, wished, entry).await,
            // Nor does this: nothing was said by it.
            Booking::Opened(task) => {
                let entry = Entry { kind: "action-opened", what: action::line(entry.what, &task), ..entry };
                return Ok(ledger::append(connection, &self.vault, &mut rng, entry).await?);
            }
            // Nor does what was written back.
            Booking::Reply => return Ok(ledger::append(connection, &self.vault, &mut rng, entry).await?),
            Booking::Plain => ledger::append(&mut *connection, &self.vault, &mut rng, entry).await?,
        }
        self.close_twins(connection, &record.lid).await
    }
}

/// The patient's public signing key of a link.
pub(crate) async fn signer_of(
    connection: &mut Connection,
    lid: &LinkId,
) -> Result<Option<PublicKey>, StoreError> {
    let signer: Option<String> = sqlx::query_scalar("SELECT signer FROM link WHERE lid = ?")
        .bind(lid.to_text())
        .fetch_optional(connection)
        .await?;
    let read =
        |text: String| serde_json::from_str(&text).map_err(|_| StoreError::Inconsistent("link.signer"));
    signer.map(read).transpose()
}

/// Opens and verifies an answer for the link it came under.
pub(crate) fn open(
    jwe: &str,
    keys: &[(Digest, ClinicKeyPair)],
    lid: &LinkId,
    signer: Option<PublicKey>,
) -> Result<Opened<Value>, Reason> {
    let find_key =
        |kid: &Digest| keys.iter().find(|(thumbprint, _)| thumbprint == kid).map(|(_, key)| key.clone());
    record::open(jwe, find_key, |outside| if outside == lid { signer } else { None }).map_err(|error| {
        match error {
            EnvelopeError::Compact | EnvelopeError::Header => Reason::EnvelopeForm,
            EnvelopeError::Other => Reason::EnvelopeOther,
            EnvelopeError::UnknownKey => Reason::EnvelopeKey,
            EnvelopeError::Seal => Reason::Seal,
            EnvelopeError::Signature => Reason::Signature,
            EnvelopeError::Content => Reason::Content,
        }
    })
}

/// Opens and verifies a booked answer again: with the clinic's key, or with its own once that is gone.
pub(crate) fn open_kept(
    jwe: &str,
    kept: &KeptRecord,
    keys: &[(Digest, ClinicKeyPair)],
    lid: &LinkId,
    signer: Option<PublicKey>,
) -> Option<Opened<Value>> {
    match &kept.cek {
        Some(key) => {
            let key = Secret32::from_bytes(key.0);
            record::open_with(jwe, &key, |outside| if outside == lid { signer } else { None }).ok()
        }
        None => open(jwe, keys, lid, signer).ok(),
    }
}
