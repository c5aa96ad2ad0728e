//! Staff book that a number is the patient's, and what the patient agreed to in the same talk.

use super::fact::{Confirmation, ConsentForm, Fact, Source};
use crate::{
    desk::Desk,
    patients::person::Kept,
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::category::Category;
use serde_json::json;

/// What a patient agreed to at the counter or on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// To texts of which categories.
    pub categories: Vec<Category>,
    /// The id under which the clinic keeps the paper.
    pub paper: String,
}

/// Nothing was booked.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// No patient of that id.
    #[error("there is no patient {0} at this desk")]
    PatientUnknown(String),
    /// No helper of that id.
    #[error("there is no helper {0} at this desk: `postern patients show` lists a patient's")]
    HelperUnknown(String),
    /// There is no number.
    #[error("there is no number to confirm")]
    NoNumber,
    /// How it is known is missing.
    #[error("say how the number was confirmed, such as: read back at the counter")]
    How,
    /// The number is said to be somebody else's.
    #[error(
        "somebody said that this number is not the patient's: settle that first (`postern number settle`)"
    )]
    Reported,
    /// A category that cannot be agreed to in passing.
    #[error("texts about {0} cannot be agreed to this way")]
    Category(Category),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(ConfirmError);

impl Desk {
    /// Books that the patient's number is theirs, and how that is known. It lifts no opt-out.
    ///
    /// # Errors
    /// No such patient or number, a report stands against it, or it is not said how; store or vault.
    pub async fn confirm_number(
        &self,
        patient: &str,
        how: &str,
        agreed: Option<&Agreed>,
    ) -> Result<(), ConfirmError> {
        let kept =
            self.patient(patient).await?.ok_or_else(|| ConfirmError::PatientUnknown(patient.to_owned()))?;
        self.confirm_reached(kept, how, agreed).await
    }

    /// Books that a helper's number is theirs, and how that is known.
    ///
    /// # Errors
    /// As [`Desk::confirm_number`], of a helper.
    pub async fn confirm_helper_number(&self, helper: &str, how: &str) -> Result<(), ConfirmError> {
        let kept = self.helper_reached(helper).await?;
        let kept = kept.ok_or_else(|| ConfirmError::HelperUnknown(helper.to_owned()))?;
        self.confirm_reached(kept, how, None).await
    }

    async fn confirm_reached(
        &self,
        kept: Kept,
        how: &str,
        agreed: Option<&Agreed>,
    ) -> Result<(), ConfirmError> {
        let number_key = self.number_key(&kept.person.number.ok_or(ConfirmError::NoNumber)?);
        if how.trim().is_empty() {
            return Err(ConfirmError::How);
        }
        let now = self.now();
        let mut facts = vec![Fact::NumberConfirmed { how: Confirmation::Staff(how.trim().to_owned()) }];
        for category in agreed.iter().flat_map(|agreed| &agreed.categories) {
            // Marketing takes a signed form with its own words; what one just asked for needs none.
            if matches!(category, Category::Marketing | Category::Security) {
                return Err(ConfirmError::Category(*category));
            }
            facts.push(Fact::ConsentGiven {
                category: *category,
                person: kept.person.id.clone(),
                form: ConsentForm::CareTexts,
                since: now,
                until: None,
                source: Source::Paper(agreed.map(|agreed| agreed.paper.clone()).unwrap_or_default()),
                for_child: false,
            });
        }
        let mut write = self.store.write().await?;
        let standing = super::book::read(&mut write, &self.vault, &number_key).await?;
        if standing.reported.is_some() {
            return Err(ConfirmError::Reported);
        }
        let mut what = json!({ "patient": kept.person.id });
        if let Some(helper) = kept.helper {
            what["helper"] = json!(helper.helper.id);
        }
        let entry = self.staff_entry(now, "number-confirmed", None, what);
        self.book_facts(&mut write, &number_key, facts, entry).await?;
        write.commit().await?;
        Ok(())
    }
}
