//! What a patient chose about themselves: today their language. It outlives every import, since it is their own word.

use crate::{
    desk::Desk,
    store::{Connection, StoreError},
    vault::Place,
};
use postern_protocol::{id::RecordId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Sealed in one row a patient.
#[derive(Serialize, Deserialize)]
pub(crate) struct Chosen {
    /// The language of their texts, BCP 47.
    pub language: String,
    /// Since when, by the portal's clock.
    pub since: Timestamp,
    /// The record that says so.
    pub record: RecordId,
}

pub(crate) fn place(patient_key: &str) -> Place<'_> {
    Place::new("preference", "sealed", patient_key)
}

impl Desk {
    pub(super) async fn keep_chosen(
        &self,
        connection: &mut Connection,
        patient_key: &str,
        chosen: &Chosen,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO preference (patient_key, sealed) VALUES (?1, ?2)
             ON CONFLICT (patient_key) DO UPDATE SET sealed = ?2",
        )
        .bind(patient_key)
        .bind(self.vault.seal_json(&mut self.rng(), place(patient_key), chosen))
        .execute(connection)
        .await?;
        Ok(())
    }
}
