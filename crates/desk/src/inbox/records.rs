//! Answers, with seal, signature and receipt checked again each time they are shown.

use super::Who;
use crate::{
    desk::Desk,
    feed::record::{self, KeptRecord},
    preferences::words,
    store::StoreError,
    trouble::Trouble,
    vault::Place,
};
use postern_fhir::Communication;
use postern_protocol::{
    base64url::FixedBytes, digest::sha256, receipt, record::Answerer, record_code, time::Timestamp,
};
use serde::Serialize;
use serde_json::Value;

/// The patient's clock and the portal's may differ so much before it is said.
const CLOCKS_MILLISECONDS: u64 = 10 * 60 * 1000;

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordLine {
    /// Its id.
    pub rid: String,
    /// Its link.
    pub lid: String,
    /// The message it answers.
    pub mid: String,
    /// Whom it is about.
    pub patient: Option<Who>,
    /// FHIR resource type, or `Preferences`.
    pub kind: String,
    /// `AppointmentResponse.participantStatus`, `Consent.status`, `opened`, or which wish about texts it is.
    pub status: Option<String>,
    /// A wish about texts in words, with what is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wish: Option<String>,
    /// What was written back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Who answered.
    pub by: Answerer,
    /// The FHIR resource.
    pub resource: Value,
    /// When, by the patient's clock.
    pub at: Timestamp,
    /// The patient's zone.
    pub zone: String,
    /// When, by the portal's clock.
    pub received_at: Timestamp,
    /// The two differ by more than ten minutes.
    pub clocks_differ: bool,
    /// Its number among the link's receipts.
    pub seq: u32,
    /// The receipt's short code, as the patient sees it.
    pub receipt_code: String,
    /// Seal and the patient's signature hold.
    pub signature_valid: bool,
    /// The portal's receipt holds, for these bytes.
    pub receipt_valid: bool,
    /// The answer that this one corrects.
    pub replaces: Option<String>,
    /// The answer that corrects this one.
    pub replaced_by: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    rid: String,
    lid: String,
    mid: String,
    about_key: String,
    kind: String,
    at: i64,
    received_at: i64,
    replaces: Option<String>,
    replaced_by: Option<String>,
    jwe: String,
    receipt: String,
    sealed: Vec<u8>,
    seq: u32,
}

impl Desk {
    pub(super) async fn record_lines(&self) -> Result<Vec<RecordLine>, Trouble> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT record.rid AS rid, record.lid AS lid, record.mid AS mid, coalesce(about_key, patient_key) AS about_key, kind, at, received_at, replaces, jwe, receipt,
               record.sealed AS sealed, receipt.seq AS seq,
               (SELECT later.rid FROM record AS later
                WHERE later.replaces = record.rid AND later.lid = record.lid LIMIT 1) AS replaced_by
             FROM record JOIN link USING (lid) JOIN message ON message.mid = record.mid
             JOIN receipt ON receipt.lid = record.lid AND receipt.compact = record.receipt
             ORDER BY received_at, record.lid, receipt.seq",
        )
        .fetch_all(self.store.read())
        .await?;
        let clinic_keys = self.clinic_key_pairs().await?;
        let portal_keys = self.portal_keys().await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let kept: KeptRecord =
                self.vault.open_json(Place::new("record", "sealed", &row.rid), &row.sealed)?;
            let lid: FixedBytes<16> = row.lid.parse().map_err(|_| StoreError::Inconsistent("record.lid"))?;
            let mut connection = self.store.read().acquire().await?;
            let signer = record::signer_of(&mut connection, &lid).await?;
            drop(connection);
            let opened = record::open_kept(&row.jwe, &kept, &clinic_keys, &lid, signer);
            let status = match row.kind.as_str() {
                "Consent" => kept.resource.get("status").and_then(Value::as_str),
                // All that such an answer says.
                "Task" => Some("opened"),
                _ => kept.resource.get("participantStatus").and_then(Value::as_str),
            };
            let written =
                (row.kind == "Communication").then(|| Communication::read(&(&kept.resource).into()).ok());
            let wish = words::wish(&row.kind, &kept.resource);
            let status = wish.as_ref().map(words::code).or(status).map(str::to_owned);
            let receipt = receipt::verify(&row.receipt, &portal_keys);
            lines.push(RecordLine {
                patient: self.who(&row.about_key).await?,
                status,
                words: written.flatten().map(|one| one.payload.concat()),
                wish: wish.as_ref().map(words::in_words),
                signature_valid: opened.is_some_and(|opened| {
                    opened.record.rid.to_string() == row.rid && opened.record.resource == kept.resource
                }),
                receipt_valid: receipt.is_ok_and(|receipt| {
                    receipt.sha256 == sha256(row.jwe.as_bytes()) && receipt.rid.to_string() == row.rid
                }),
                receipt_code: record_code::of(&row.receipt),
                clocks_differ: row.at.abs_diff(row.received_at) > CLOCKS_MILLISECONDS,
                by: kept.by,
                zone: kept.zone,
                resource: kept.resource,
                rid: row.rid,
                lid: row.lid,
                mid: row.mid,
                kind: row.kind,
                at: Timestamp(row.at),
                received_at: Timestamp(row.received_at),
                seq: row.seq,
                replaces: row.replaces,
                replaced_by: row.replaced_by,
            });
        }
        Ok(lines)
    }
}
