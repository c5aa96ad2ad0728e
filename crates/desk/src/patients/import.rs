//! `patients import`: FHIR Patients and the RelatedPersons who help them: one, a Bundle, a list, or NDJSON. All rows or none.

use super::{
    helper::Helper,
    helper_row,
    person::Person,
    row::{self, RowProblem},
};
use crate::{
    desk::Desk,
    ending::{self, Ending},
    ledger,
    refusal::Refusal,
    send::job,
    store::{Connection, StoreError},
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
    /// Helpers that were not there before.
    pub helpers_added: usize,
    /// Helpers that were there and are as the file says now.
    pub helpers_updated: usize,
    /// Open links of helpers who may not answer any more: taken back.
    pub links_recalled: usize,
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
    /// The file holds neither patient nor helper.
    #[error("there is no FHIR Patient and no RelatedPerson in the file")]
    Empty,
    /// These rows have to be corrected first.
    #[error("{} rows cannot be imported; nothing was", .0.len())]
    Rows(Vec<RowError>),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(ImportError);

const HELPER: &str = "RelatedPerson";

/// What a row holds.
enum Read {
    Patient(Person),
    Helper(Helper),
}

/// Rows of a file, each with its number.
fn rows(text: &str) -> Vec<(usize, Result<Value, RowProblem>)> {
    let resource_type = |value: &Value| value.get("resourceType").and_then(Value::as_str).map(str::to_owned);
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => items.into_iter().enumerate().map(|(at, one)| (at + 1, Ok(one))).collect(),
        Ok(value) if resource_type(&value).as_deref() == Some("Bundle") => {
            let entries = value.get("entry").and_then(Value::as_array).cloned().unwrap_or_default();
            let resources = entries.into_iter().enumerate().filter_map(|(at, mut entry)| {
                let resource = entry.get_mut("resource")?.take();
                // A search result may carry an OperationOutcome beside them.
                let is_one = matches!(resource_type(&resource).as_deref(), Some("Patient" | HELPER));
                is_one.then_some((at + 1, Ok(resource)))
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
    /// Imports patients and their helpers; one that is there already is brought up to date.
    ///
    /// # Errors
    /// Everything wrong with any row; then nothing is imported.
    pub async fn import_patients(&self, text: &str) -> Result<Imported, ImportError> {
        let now = self.now();
        let today = postern_fhir::instant::to_text(now.0).chars().take(10).collect::<String>();
        let country = &self.clinic.country;
        let (mut ids, mut helper_ids) = (BTreeSet::new(), BTreeSet::new());
        let (mut people, mut helpers, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for (number, value) in rows(text) {
            let read = value.map_err(|problem| vec![problem]).and_then(|value| {
                if value.get("resourceType").and_then(Value::as_str) == Some(HELPER) {
                    helper_row::read(&value, country, &today).map(Read::Helper)
                } else {
                    row::read(&value, country, &today).map(Read::Patient)
                }
            });
            match read {
                Ok(Read::Patient(person)) if ids.insert(person.id.clone()) => people.push(person),
                Ok(Read::Helper(helper)) if helper_ids.insert(helper.id.clone()) => {
                    helpers.push((number, helper));
                }
                Ok(_) => errors.push((number, vec![RowProblem::SameIdTwice])),
                Err(problems) => errors.push((number, problems)),
            }
        }
        for (number, helper) in &helpers {
            if !ids.contains(&helper.patient) && self.patient(&helper.patient).await?.is_none() {
                errors.push((*number, vec![RowProblem::PatientUnknown]));
            }
        }
        if !errors.is_empty() {
            errors.sort_by_key(|(number, _)| *number);
            let row = |(row, problems): (usize, Vec<RowProblem>)| RowError {
                row,
                problems: problems.iter().map(RowProblem::refusal).collect(),
            };
            return Err(ImportError::Rows(errors.into_iter().map(row).collect()));
        }
        if people.is_empty() && helpers.is_empty() {
            return Err(ImportError::Empty);
        }
        let mut done = Imported::default();
        let mut write = self.store.write().await?;
        for person in &people {
            self.keep(&mut write, person, &mut done).await?;
        }
        for (_, helper) in &helpers {
            let known = self.keep_helper(&mut write, helper).await?;
            let kind = if known { "helper-updated" } else { "helper-added" };
            let what = serde_json::json!({ "patient": helper.patient, "helper": helper.id });
            let entry = self.staff_entry(now, kind, None, what);
            ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
            done.helpers_updated += usize::from(known);
            done.helpers_added += usize::from(!known);
            done.links_recalled += self.take_back_from(&mut write, helper).await?;
        }
        write.commit().await?;
        self.store.forget().await?;
        Ok(done)
    }

    /// The open links of a helper who may not answer any more, or not for that patient.
    async fn take_back_from(&self, write: &mut Connection, helper: &Helper) -> Result<usize, Trouble> {
        let now = self.now();
        let helper_key = self.helper_key(&helper.id);
        let links: Vec<(String, String)> = sqlx::query_as(
            "SELECT lid, patient_key FROM link WHERE helper_key = ? AND state IN ('new', 'active', 'locked')",
        )
        .bind(&helper_key)
        .fetch_all(&mut *write)
        .await?;
        let mut taken = 0;
        for (lid, patient_key) in links {
            let zone = self.patient_by_key(&patient_key).await?.and_then(|kept| kept.own_zone);
            let until = helper.ends(&self.zone_of(zone.as_deref()));
            let same_patient = patient_key == self.patient_key(&helper.patient);
            if same_patient && until.is_none_or(|until| now < until) {
                continue;
            }
            let lid = lid.parse().map_err(|_| StoreError::Inconsistent("link.lid"))?;
            ending::begin(&mut *write, &lid, Ending::Recall, now).await?;
            job::abandon(&mut *write, &lid, now).await?;
            let what = serde_json::json!({ "helper": helper.id });
            let entry = self.staff_entry(now, "link-recalled", Some(lid), what);
            ledger::append(&mut *write, &self.vault, &mut self.rng(), entry).await?;
            taken += 1;
        }
        Ok(taken)
    }

    async fn keep(
        &self,
        write: &mut Connection,
        person: &Person,
        done: &mut Imported,
    ) -> Result<(), Trouble> {
        let now = self.now();
        let mut rng = self.rng();
        let patient_key = self.patient_key(&person.id);
        let number_key = person.number.as_deref().map(|number| self.number_key(number));
        let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM patient WHERE patient_key = ?")
            .bind(&patient_key)
            .fetch_optional(&mut *write)
            .await?;
        let sealed = self.vault.seal_json(&mut rng, Place::new("patient", "sealed", &patient_key), person);
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
        ledger::append(write, &self.vault, &mut rng, entry).await?;
        done.updated += usize::from(known.is_some());
        done.added += usize::from(known.is_none());
        done.without_number += usize::from(person.number.is_none());
        done.without_birth_date += usize::from(person.birth_date.is_none());
        Ok(())
    }
}
