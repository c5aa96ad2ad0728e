//! `patients show`: a patient and who may answer for them. Neither number nor birth date: the terminal keeps what it shows.

use crate::{
    desk::Desk,
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::{category::Category, time::Timestamp};
use serde::Serialize;

/// A patient as staff look them up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The clinic's id of them.
    pub id: String,
    /// Their name.
    pub name: String,
    /// A number for texts is known.
    pub has_number: bool,
    /// The birth date is known.
    pub has_birth_date: bool,
    /// BCP 47.
    pub language: Option<String>,
    /// IANA zone.
    pub zone: Option<String>,
    /// Other patients of the same number, by their ids.
    pub shares_number_with: Vec<String>,
    /// Who may answer for them, or could once.
    pub helpers: Vec<ShownHelper>,
}

/// A helper as staff look them up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownHelper {
    /// The clinic's id of their part for this patient.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they are to the patient.
    pub relationship: String,
    /// About what they may be written to.
    pub scope: Vec<Category>,
    /// From when, where the clinic says it.
    pub since: Option<Timestamp>,
    /// Until when, where the clinic says it.
    pub until: Option<Timestamp>,
    /// Why nothing can be sent to them now, as a refusal's code.
    pub refused: Option<&'static str>,
}

/// There is nobody to show.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// No patient of that id.
    #[error("there is no patient {0} at this desk: the id is the one they were imported under")]
    Unknown(String),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(ShowError);

impl Desk {
    /// A patient with their helpers.
    ///
    /// # Errors
    /// Nobody of that id; store or vault.
    pub async fn show_patient(&self, id: &str) -> Result<Shown, ShowError> {
        let kept = self.patient(id).await?.ok_or_else(|| ShowError::Unknown(id.to_owned()))?;
        let zone = self.zone_of(kept.own_zone.as_deref());
        let mut helpers = Vec::new();
        for one in self.helpers_of(&kept.patient_key).await? {
            let refused = self.helper_refusals(&kept, &one).await?.first().map(|refusal| refusal.code);
            helpers.push(ShownHelper {
                since: one.helper.begins(&zone),
                until: one.helper.ends(&zone).filter(|at| at.0 > 0),
                id: one.helper.id,
                name: one.helper.name,
                relationship: one.helper.relationship,
                scope: one.helper.scope,
                refused,
            });
        }
        let sharing: Vec<String> = match &kept.person.number {
            Some(number) => sqlx::query_scalar(
                "SELECT patient_key FROM patient WHERE number_key = ? AND patient_key <> ?",
            )
            .bind(self.number_key(number))
            .bind(&kept.patient_key)
            .fetch_all(self.store.read())
            .await
            .map_err(Trouble::from)?,
            None => Vec::new(),
        };
        let mut shares_number_with = Vec::new();
        for patient_key in sharing {
            shares_number_with.extend(self.who(&patient_key).await?.map(|who| who.id));
        }
        shares_number_with.sort();
        Ok(Shown {
            has_number: kept.person.number.is_some(),
            has_birth_date: kept.person.birth_date.is_some(),
            id: kept.person.id,
            name: kept.person.name,
            language: kept.person.language,
            zone: kept.person.zone,
            shares_number_with,
            helpers,
        })
    }
}
