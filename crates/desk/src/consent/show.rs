//! Looking at consents: every one is checked again each time it is shown.

use super::{
    book::place,
    kept::{ConsentLine, KeptConsent, NamedText, Paper},
};
use crate::{
    desk::Desk,
    trouble::{Trouble, takes_trouble},
};
use postern_fhir::Consent;
use postern_protocol::{digest::sha256, time::Timestamp};
use serde_json::{Value, json};

/// A consent cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// None of this id.
    #[error("there is no consent {0} at this desk: `postern consent show --patient PATIENT` lists them")]
    Unknown(String),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(ShowError);

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    patient_key: String,
    kind: String,
    status: String,
    given_at: i64,
    booked_at: i64,
    sealed: Vec<u8>,
}

/// By id, or all of a patient.
const FIND: &str = "SELECT id, patient_key, kind, status, given_at, booked_at, sealed FROM consent
    WHERE id = ?1 OR patient_key = ?2 ORDER BY booked_at, rowid";

/// What stands in the ledger of a consent from paper.
pub(super) fn paper_sha256(resource: &Value, witness: &str, scan_sha256: &str) -> String {
    sha256(json!([resource, witness, scan_sha256]).to_string().as_bytes()).to_text()
}

impl Paper {
    fn holds(&self) -> bool {
        paper_sha256(&self.resource, &self.witness, &self.scan_sha256) == self.sha256
    }
}

impl Desk {
    /// One consent, by its id.
    ///
    /// # Errors
    /// There is none; store or vault.
    pub async fn consent(&self, id: &str) -> Result<ConsentLine, ShowError> {
        let row: Option<Row> =
            sqlx::query_as(FIND).bind(id).bind(None::<String>).fetch_optional(self.store.read()).await?;
        let row = row.ok_or_else(|| ShowError::Unknown(id.to_owned()))?;
        Ok(self.consent_line(row).await?)
    }

    /// All consents of a patient, oldest first.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn consents_of(&self, patient: &str) -> Result<Vec<ConsentLine>, Trouble> {
        let rows: Vec<Row> = sqlx::query_as(FIND)
            .bind(None::<String>)
            .bind(self.patient_key(patient))
            .fetch_all(self.store.read())
            .await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            lines.push(self.consent_line(row).await?);
        }
        Ok(lines)
    }

    async fn consent_line(&self, row: Row) -> Result<ConsentLine, Trouble> {
        let kept: KeptConsent = self.vault.open_json(place(&row.id), &row.sealed)?;
        let (given, broken) = match &kept {
            KeptConsent::Page(proof) => match proof.check(&self.portal_keys().await?) {
                Ok(held) => (Some(held.given), None),
                Err(broken) => (None, Some(broken.code())),
            },
            KeptConsent::Paper(paper) => {
                let given = Consent::read(&(&paper.resource).into()).ok();
                (given, (!paper.holds()).then_some("paper"))
            }
        };
        Ok(ConsentLine {
            patient: self.who(&row.patient_key).await?,
            permits: given.iter().flat_map(|one| one.permitted().map(str::to_owned)).collect(),
            number: given.as_ref().and_then(|one| one.number.clone()),
            policies: given.as_ref().map(NamedText::of).unwrap_or_default(),
            signature: given.and_then(|one| one.signature).map(|one| one.name),
            id: row.id,
            kind: row.kind,
            status: row.status,
            given_at: Timestamp(row.given_at),
            booked_at: Timestamp(row.booked_at),
            broken,
            kept,
        })
    }
}
