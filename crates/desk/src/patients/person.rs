//! One patient as the desk keeps them: sealed as a whole, found by a keyed hash of the id.

use super::helper::KeptHelper;
use crate::{
    desk::Desk,
    preferences::chosen::{self, Chosen},
    store::StoreError,
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{factor::BirthDate, time::Timestamp};
use serde::{Deserialize, Serialize};

/// A patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The clinic's id of them (FHIR `Patient.id`).
    pub id: String,
    /// Name to show.
    pub name: String,
    /// `YYYY-MM-DD`; without it no link with a birth date can be made.
    pub birth_date: Option<String>,
    /// E.164; without it no text can be sent.
    pub number: Option<String>,
    /// BCP 47: what the patient chose on the page, else what was imported.
    pub language: Option<String>,
    /// IANA zone.
    pub zone: Option<String>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

/// A patient in the store.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Keyed hash of the id.
    pub patient_key: String,
    /// Who; reached through a helper, with the helper's number, birth date, language and zone.
    pub person: Person,
    /// The patient's own birth date.
    pub born: Option<String>,
    /// The patient's own zone.
    pub own_zone: Option<String>,
    /// Since when earlier wrong tries count no more.
    pub tries_cleared: Option<Timestamp>,
    /// Through whom they are reached, if not by themselves.
    pub helper: Option<KeptHelper>,
}

impl Person {
    /// The birth date as a factor.
    ///
    /// # Errors
    /// The store holds a day that does not exist.
    pub fn birth_day(&self) -> Result<Option<BirthDate>, Trouble> {
        let read =
            |text: &str| BirthDate::parse(text).map_err(|_| StoreError::Inconsistent("patient.sealed"));
        Ok(self.birth_date.as_deref().map(read).transpose()?)
    }
}

impl Desk {
    /// The keyed hash by which a patient is found.
    pub(crate) fn patient_key(&self, id: &str) -> String {
        self.vault.index("patient", id)
    }

    /// A patient by id.
    pub(crate) async fn patient(&self, id: &str) -> Result<Option<Kept>, Trouble> {
        self.patient_by_key(&self.patient_key(id)).await
    }

    /// A patient by the keyed hash of their id.
    pub(crate) async fn patient_by_key(&self, patient_key: &str) -> Result<Option<Kept>, Trouble> {
        type Row = (Vec<u8>, Option<i64>, Option<Vec<u8>>);
        let row: Option<Row> = sqlx::query_as(
            "SELECT patient.sealed, tries_cleared_at, preference.sealed
             FROM patient LEFT JOIN preference USING (patient_key) WHERE patient.patient_key = ?",
        )
        .bind(patient_key)
        .fetch_optional(self.store.read())
        .await?;
        let Some((sealed, tries_cleared, chosen)) = row else { return Ok(None) };
        let mut person: Person =
            self.vault.open_json(Place::new("patient", "sealed", patient_key), &sealed)?;
        if let Some(chosen) = chosen {
            let chosen: Chosen = self.vault.open_json(chosen::place(patient_key), &chosen)?;
            person.language = Some(chosen.language);
        }
        let patient_key = patient_key.to_owned();
        let (born, own_zone) = (person.birth_date.clone(), person.zone.clone());
        let tries_cleared = tries_cleared.map(Timestamp);
        Ok(Some(Kept { patient_key, person, born, own_zone, tries_cleared, helper: None }))
    }
}
