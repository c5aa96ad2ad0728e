//! `patients import`: a FHIR Patient, a Bundle of Patients, a list, or NDJSON. All rows or none.

use super::{
    person::Person,
    row::{self, RowProblem},
};
use crate::{
    desk::Desk,
    ledger,
    refusal::Refusal,
    trouble::{Trouble, takes_trouble},
    vault::Place,
};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Patients that were not there before.
    pub added: usize,
    /// Patients that were there and are as the file says now.
    pub updated: usize,
    /// Of all these, patients without a number for texts.
    pub without_number: usize,
    /// Of all these, patients without a birth date.
    pub without_birth_date: usize,
}

/// One row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// Line of an NDJSON file, else position in the Bundle or list, from 1.
    pub row: usize,
    /// What is wrong, all of it.
    pub problems: Vec<Refusal>,
}

/// Nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file holds no patient.
    #[error("there is no FHIR Patient in the file")]
    Empty,
    /// These rows have to be corrected first.
    #[error("{} rows cannot be imported; nothing was", .0.len())]
    Rows(Vec<RowError>),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(ImportError);

/// Rows of a file, each with its number.
fn rows(text: &str) -> Vec<(usize, Result<Value, RowProblem>)> {
    let resource_type = |value: &Value| value.get("resourceType").and_then(Value::as_str).map(str::to_owned);
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => items.into_iter().enumerate().map(|(at, one)| (at + 1, Ok(one))).collect(),
        Ok(value) if resource_type(&value).as_deref() == Some("Bundle") => {
            let entries = value.get("entry").and_then(Value::as_array).cloned().unwrap_or_default();
            let resources = entries.into_iter().enumerate().filter_map(|(at, mut entry)| {
                let resource = entry.get_mut("resource")?.take();
                // A search result may carry an OperationOutcome beside the patients.
                (resource_type(&resource).as_deref() == Some("Patient")).then_some((at + 1, Ok(resource)))
            });
            resources.collect()
        }
        Ok(value) => vec![(1, Ok(value))],
        Err(_) => {
            let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            lines
                .map(|(at, line)| (at + 1, serde_json::from_str(line).map_err(|_| RowProblem::NotJson)))
                .collect()
        }
    }
}

impl Desk {
    /// Imports patients; one that is there already is brought up to date.
    ///
    /// # Errors
    /// Everything wrong with any row; then nothing is imported.
    pub async fn import_patients(&self, text: &str) -> Result<Imported, ImportError> {
        let now = self.now();
        let today = postern_fhir::instant::to_text(now.0).chars().take(10).collect::<String>();
        let mut ids = BTreeSet::new();
        let (mut people, mut errors) = (Vec::new(), Vec::new());
        for (number, value) in rows(text) {
            let read = value.map_err(|problem| vec![problem]);
            match read.and_then(|value| row::read(&value, &self.clinic.country, &today)) {
                Ok(person) if !ids.insert(person.id.clone()) => {
                    errors.push((number, vec![RowProblem::SameIdTwice]))
                }
                Ok(person) => people.push(person),
                Err(problems) => errors.push((number, problems)),
            }
        }
        if !errors.is_empty() {
            let row = |(row, problems): (usize, Vec<RowProblem>)| RowError {
                row,
                problems: problems.iter().map(RowProblem::refusal).collect(),
            };
            return Err(ImportError::Rows(errors.into_iter().map(row).collect()));
        }
        if people.is_empty() {
            return Err(ImportError::Empty);
        }
        self.keep(&people).await
    }

    async fn keep(&self, people: &[Person]) -> Result<Imported, ImportError> {
        let now = self.now();
        let mut rng = self.rng();
        let mut done = Imported::default();
        let mut write = self.store.write().await?;
        for person in people {
            let patient_key = self.patient_key(&person.id);
            let number_key = person.number.as_deref().map(|number| self.number_key(number));
            let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM patient WHERE patient_key = ?")
                .bind(&patient_key)
                .fetch_optional(&mut *write)
                .await?;
            let sealed =
                self.vault.seal_json(&mut rng, Place::new("patient", "sealed", &patient_key), person);
            sqlx::query(
                "INSERT INTO patient (patient_key, number_key, sealed, imported_at, number_since) VALUES (?1, ?2, ?3, ?4, ?4)
                 ON CONFLICT (patient_key) DO UPDATE SET number_key = ?2, sealed = ?3, imported_at = ?4,
                   number_since = CASE WHEN patient.number_key IS ?2 THEN patient.number_since ELSE ?4 END",
            )
            .bind(&patient_key)
            .bind(number_key)
            .bind(sealed)
            .bind(now.0)
            .execute(&mut *write)
            .await?;
            let kind = if known.is_some() { "patient-updated" } else { "patient-added" };
            let what = serde_json::json!({ "patient": person.id });
            let entry = self.staff_entry(now, kind, None, what);
            ledger::append(&mut write, &self.vault, &mut rng, entry).await?;
            done.updated += usize::from(known.is_some());
            done.added += usize::from(known.is_none());
            done.without_number += usize::from(person.number.is_none());
            done.without_birth_date += usize::from(person.birth_date.is_none());
        }
        write.commit().await?;
        Ok(done)
    }
}
