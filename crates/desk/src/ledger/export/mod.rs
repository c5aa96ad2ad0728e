//! `ledger export`: the whole ledger for somebody else's eyes, each row with who it was, as CSV, as JSON lines, or as FHIR
//! AuditEvent and Provenance. It carries the clinic's ids of patients, never a name, a number, a birth date or a key.

mod fhir;
mod sheet;

use super::{Actor, BY, Line, read};
use crate::{
    desk::Desk,
    ledger,
    store::StoreError,
    trouble::{Trouble, takes_trouble},
};
use postern_fhir::instant;
use postern_protocol::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, io::Write};

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, one header line.
    Csv,
    /// FHIR R4 AuditEvent, and Provenance where something was signed: one resource a line.
    Fhir,
    /// One object a line.
    JsonLines,
}

impl Format {
    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Fhir => "fhir",
            Self::JsonLines => "jsonl",
        }
    }
}

/// From when until before when, by the desk's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The first moment after it.
    pub until: Option<Timestamp>,
}

impl Span {
    fn holds(self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// Nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Where it is written to.
    #[error("the export cannot be written")]
    Write(#[from] std::io::Error),
    /// Store or vault; the ledger was changed. What was written before then is not whole.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(ExportError);

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its number in the ledger.
    pub n: i64,
    /// When, by the desk's clock; a FHIR instant in UTC.
    pub at: String,
    /// `staff`, `desk`, `link-holder` or `portal`.
    pub actor: Actor,
    /// Who: the member of staff; the desk or the portal by name; whoever held the link.
    pub by: String,
    /// What, as a stable word.
    pub kind: String,
    /// On which link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lid: Option<String>,
    /// The clinic's id of the patient it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// Particulars; under `rules` what it changed for a number, which is named by a keyed hash.
    pub what: Value,
}

/// What names rows: the patients of links, the clinic, the portal.
struct Names {
    clinic: String,
    portal: String,
    patients: BTreeMap<String, String>,
    /// Of messages about others than their link's patient.
    others: BTreeMap<String, String>,
}

impl Names {
    fn row(&self, line: Line) -> Row {
        let Line { n, at, actor, kind, lid, mut what } = line;
        let staff = what.as_object_mut().and_then(|what| what.remove(BY));
        let by = match actor {
            Actor::Staff => match staff {
                Some(Value::String(name)) => name,
                // A line of before lines of staff had names.
                _ => "staff".to_owned(),
            },
            Actor::Desk => format!("desk of {}", self.clinic),
            Actor::Portal => format!("portal {}", self.portal),
            Actor::LinkHolder => format!("holder of link {}", lid.as_deref().unwrap_or("-")),
        };
        let named = what.get("patient").and_then(Value::as_str).map(str::to_owned);
        let about = what.get("mid").and_then(Value::as_str).and_then(|mid| self.others.get(mid).cloned());
        let patient = named.or(about).or_else(|| self.patients.get(lid.as_deref()?).cloned());
        Row { n, at: instant::to_text(at.0), actor, by, kind, lid, patient, what }
    }
}

impl Desk {
    /// Writes the ledger's lines of a span, and says in the ledger that somebody took them. Gives how many.
    ///
    /// # Errors
    /// It cannot be written; store or vault; the ledger was changed.
    pub async fn export_ledger(
        &self,
        format: Format,
        span: Span,
        mut out: impl Write,
    ) -> Result<u64, ExportError> {
        let names = self.names().await?;
        let mut written = 0;
        {
            let mut sheet = sheet::Sheet::new();
            if format == Format::Csv {
                out.write_all(sheet.header())?;
            }
            read::walk::<ExportError>(&self.store, &self.vault, |line| {
                if !span.holds(line.at) {
                    return Ok(());
                }
                written += 1;
                let row = names.row(line);
                match format {
                    Format::Csv => out.write_all(sheet.row(&row)),
                    Format::JsonLines => {
                        writeln!(out, "{}", serde_json::to_string(&row).expect("a row is plain JSON"))
                    }
                    Format::Fhir => fhir::resources(&row, &names.clinic)
                        .iter()
                        .try_for_each(|resource| writeln!(out, "{resource}")),
                }?;
                Ok(())
            })
            .await?;
        }
        out.flush()?;
        let mut what = json!({ "format": format.as_str(), "lines": written });
        for (name, moment) in [("from", span.from), ("until", span.until)] {
            if let Some(moment) = moment {
                what[name] = json!(moment);
            }
        }
        let mut write = self.store.write().await?;
        let entry = self.staff_entry(self.now(), "ledger-exported", None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(written)
    }

    async fn names(&self) -> Result<Names, Trouble> {
        let keys: Vec<(String, String)> =
            sqlx::query_as("SELECT lid, patient_key FROM link").fetch_all(self.store.read()).await?;
        let about: Vec<(String, String)> =
            sqlx::query_as("SELECT mid, about_key FROM message WHERE about_key IS NOT NULL")
                .fetch_all(self.store.read())
                .await?;
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        for (_, patient_key) in keys.iter().chain(&about) {
            if !ids.contains_key(patient_key) {
                let kept = self.patient_by_key(patient_key).await?;
                let kept = kept.ok_or(StoreError::Inconsistent("link.patient_key"))?;
                ids.insert(patient_key.clone(), kept.person.id);
            }
        }
        let named = |pairs: Vec<(String, String)>| -> BTreeMap<String, String> {
            pairs.into_iter().map(|(of, patient_key)| (of, ids[&patient_key].clone())).collect()
        };
        let (patients, others) = (named(keys), named(about));
        let portal = self.portal_pin().await?.map(|pin| pin.origin).unwrap_or_default();
        Ok(Names { clinic: self.clinic.public.id.to_string(), portal, patients, others })
    }
}
