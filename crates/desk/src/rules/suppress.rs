//! Staff book that a number wants no texts, or wants them again: said on the telephone, at the counter, in a letter; or a whole list
//! brought along from elsewhere. It belongs to the number, so it holds for everybody reached there, and for a number that no
//! patient has yet.

use super::{
    book,
    fact::{Channel, Fact},
    scope::Scope,
    standing::Standing,
};
use crate::{
    desk::Desk,
    history::About,
    inbox::Who,
    patients::number,
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::{category::Category, time::Timestamp};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// What is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression {
    /// No more texts.
    Add,
    /// Texts again.
    Lift,
}

/// Where a number stands with opt-outs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suppressed {
    /// Everybody who is reached there.
    pub patients: Vec<Who>,
    /// What it wants no texts of, since when, on which way it was said.
    pub opted_out: Vec<OptedOut>,
    /// The categories of which a text may not go for that reason.
    pub stopped: Vec<Category>,
    /// Whether somebody said that it is not the patient's; that stops every text too.
    pub reported: bool,
}

/// One opt-out that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OptedOut {
    /// Of what.
    pub scope: Scope,
    /// Since when.
    pub at: Timestamp,
    /// On which way it was said.
    pub channel: Channel,
}

/// Nothing was booked.
#[derive(Debug, thiserror::Error)]
pub enum SuppressError {
    /// No patient of that id.
    #[error("there is no patient {0} at this desk: the id is the one they were imported under")]
    PatientUnknown(String),
    /// The patient has no number.
    #[error("the patient has no number")]
    NoNumber,
    /// A line is no telephone number. Nothing of the file was booked.
    #[error(
        "line {0} is not a telephone number: write one a line, with its country code, such as +1 202 555 0143"
    )]
    NotANumber(usize),
    /// No number at all.
    #[error("there is no number in the file: write one a line")]
    Empty,
    /// Why is missing.
    #[error("say who said it and how, such as: called on Monday")]
    Reason,
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(SuppressError);

impl Desk {
    /// Books it for every number, or for none; where each stands then. What is on its way is stopped at its next step.
    ///
    /// # Errors
    /// A number that is none, a patient who is unknown or has none, no reason; store or vault.
    pub async fn suppress(
        &self,
        about: &About,
        suppression: Suppression,
        scope: Scope,
        reason: &str,
    ) -> Result<Vec<Suppressed>, SuppressError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(SuppressError::Reason);
        }
        let channel = Channel::Staff;
        let (fact, kind) = match suppression {
            Suppression::Add => (Fact::OptedOut { scope, channel }, "number-suppressed"),
            Suppression::Lift => (Fact::OptedIn { scope, channel }, "suppression-lifted"),
        };
        let numbers = self.numbers_of(about).await?;
        let now = self.now();
        let mut found = Vec::with_capacity(numbers.len());
        let mut write = self.store.write().await?;
        for number_key in &numbers {
            let mut what = json!({ "scope": scope, "reason": reason });
            if let About::Patient(id) = about {
                what["patient"] = json!(id);
            }
            let entry = self.staff_entry(now, kind, None, what);
            found.push(self.book_facts(&mut write, number_key, vec![fact.clone()], entry).await?);
        }
        write.commit().await?;
        self.shown(&numbers, found).await
    }

    /// Where numbers stand with opt-outs.
    ///
    /// # Errors
    /// As of [`Desk::suppress`].
    pub async fn suppressions(&self, about: &About) -> Result<Vec<Suppressed>, SuppressError> {
        let numbers = self.numbers_of(about).await?;
        let mut found = Vec::with_capacity(numbers.len());
        let mut connection = self.store.read().acquire().await?;
        for number_key in &numbers {
            found.push(book::read(&mut connection, &self.vault, number_key).await?);
        }
        drop(connection);
        self.shown(&numbers, found).await
    }

    /// Keyed hashes, each once, in the order of the file.
    async fn numbers_of(&self, about: &About) -> Result<Vec<String>, SuppressError> {
        let text = match about {
            About::Patient(id) => {
                let kept =
                    self.patient(id).await?.ok_or_else(|| SuppressError::PatientUnknown(id.clone()))?;
                return Ok(vec![self.number_key(&kept.person.number.ok_or(SuppressError::NoNumber)?)]);
            }
            About::Number(text) => text,
        };
        let (mut numbers, mut known) = (Vec::new(), BTreeSet::new());
        for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            let number =
                number::e164(text.trim(), &self.clinic.country).ok_or(SuppressError::NotANumber(line))?;
            let number_key = self.number_key(&number);
            if known.insert(number_key.clone()) {
                numbers.push(number_key);
            }
        }
        if numbers.is_empty() { Err(SuppressError::Empty) } else { Ok(numbers) }
    }

    async fn shown(
        &self,
        numbers: &[String],
        standings: Vec<Standing>,
    ) -> Result<Vec<Suppressed>, SuppressError> {
        let mut shown = Vec::with_capacity(numbers.len());
        for (number_key, standing) in numbers.iter().zip(standings) {
            let keys: Vec<String> =
                sqlx::query_scalar(
                    "SELECT patient_key FROM patient WHERE number_key = ?1 UNION SELECT patient_key FROM helper WHERE number_key = ?1",
                )
                    .bind(number_key)
                    .fetch_all(self.store.read())
                    .await?;
            let mut patients = Vec::with_capacity(keys.len());
            for patient_key in keys {
                patients.extend(self.who(&patient_key).await?);
            }
            patients.sort_by(|one, other| one.id.cmp(&other.id));
            let out = standing.opted_out.iter();
            shown.push(Suppressed {
                patients,
                opted_out: out
                    .map(|(scope, out)| OptedOut { scope: *scope, at: out.at, channel: out.channel })
                    .collect(),
                stopped: Category::ALL
                    .iter()
                    .copied()
                    .filter(|category| standing.opt_out_of(*category).is_some())
                    .collect(),
                reported: standing.reported.is_some(),
            });
        }
        Ok(shown)
    }
}
