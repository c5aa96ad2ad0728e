//! What staff settle after speaking to a patient: a reported number, wrong birth dates, a locked link.

use crate::{
    desk::Desk,
    ending::EndError,
    ledger,
    patients::person::Kept,
    portal::{PortalClient, PortalError},
    rules::{Confirmation, Fact},
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::{id::LinkId, wire::desk_links::LinkStatus};
use serde_json::{Value, json};

/// Nothing was settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// No patient of that id.
    #[error("there is no patient {0} at this desk")]
    PatientUnknown(String),
    /// No helper of that id.
    #[error("there is no helper {0} at this desk: `postern patients show` lists a patient's")]
    HelperUnknown(String),
    /// There is no number.
    #[error("there is no number to settle")]
    NoNumber,
    /// Who it was and how is missing.
    #[error("say how it was settled, such as: spoke to the patient on the telephone")]
    How,
    /// No link or message of that id.
    #[error("there is no link or message {0} at this desk")]
    LinkUnknown(String),
    /// The portal.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(SettleError);

impl From<EndError> for SettleError {
    fn from(error: EndError) -> Self {
        match error {
            EndError::Unknown(text) => Self::LinkUnknown(text),
            EndError::Trouble(trouble) => Self::Trouble(trouble),
        }
    }
}

impl Desk {
    /// The patient said that their number is theirs after all, or is theirs again: texts may go there. An opt-out stays. `how`
    /// it was settled is kept, sealed.
    ///
    /// # Errors
    /// No such patient or number, or it is not said how; store or vault.
    pub async fn settle_number(&self, patient: &str, how: &str) -> Result<(), SettleError> {
        let how = said(how)?;
        let kept =
            self.patient(patient).await?.ok_or_else(|| SettleError::PatientUnknown(patient.to_owned()))?;
        self.settle_reached(kept, how).await
    }

    /// A helper said that their number is theirs after all: as [`Desk::settle_number`].
    ///
    /// # Errors
    /// No such helper or number, or it is not said how; store or vault.
    pub async fn settle_helper_number(&self, helper: &str, how: &str) -> Result<(), SettleError> {
        let how = said(how)?;
        let kept = self.helper_reached(helper).await?;
        self.settle_reached(kept.ok_or_else(|| SettleError::HelperUnknown(helper.to_owned()))?, how).await
    }

    async fn settle_reached(&self, kept: Kept, how: &str) -> Result<(), SettleError> {
        let number = kept.person.number.ok_or(SettleError::NoNumber)?;
        let number_key = self.number_key(&number);
        let now = self.now();
        let mut write = self.store.write().await?;
        sqlx::query(
            "UPDATE link_record SET settled_at = ? WHERE kind = 'wrong-person' AND settled_at IS NULL
             AND lid IN (SELECT lid FROM link WHERE number_key = ?)",
        )
        .bind(now.0)
        .bind(&number_key)
        .execute(&mut *write)
        .await?;
        // Speaking to the patient is how a number is confirmed, too.
        let how = Confirmation::Staff(how.to_owned());
        let facts = vec![Fact::NumberSettled, Fact::NumberConfirmed { how }];
        let mut what = json!({ "patient": kept.person.id });
        if let Some(helper) = kept.helper {
            what["helper"] = json!(helper.helper.id);
        }
        let entry = self.staff_entry(now, "number-settled", None, what);
        self.book_facts(&mut write, &number_key, facts, entry).await?;
        write.commit().await?;
        Ok(())
    }

    /// Staff spoke to the patient: earlier wrong birth dates count no more. `how` they spoke is kept, sealed.
    ///
    /// # Errors
    /// No such patient, or it is not said how; store or vault.
    pub async fn clear_tries(&self, patient: &str, how: &str) -> Result<(), SettleError> {
        let how = said(how)?;
        let now = self.now();
        let mut write = self.store.write().await?;
        let done = sqlx::query("UPDATE patient SET tries_cleared_at = ? WHERE patient_key = ?")
            .bind(now.0)
            .bind(self.patient_key(patient))
            .execute(&mut *write)
            .await?;
        if done.rows_affected() == 0 {
            return Err(SettleError::PatientUnknown(patient.to_owned()));
        }
        self.note(write, "tries-cleared", None, json!({ "patient": patient, "how": how })).await
    }

    /// Staff spoke to a helper: earlier wrong birth dates of theirs count no more, whomever they help.
    ///
    /// # Errors
    /// No such helper, or it is not said how; store or vault.
    pub async fn clear_helper_tries(&self, helper: &str, how: &str) -> Result<(), SettleError> {
        let how = said(how)?;
        let kept = self.helper(helper).await?;
        let kept = kept.ok_or_else(|| SettleError::HelperUnknown(helper.to_owned()))?;
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE helper SET tries_cleared_at = ?1 WHERE helper_key = ?2 OR proof_key = ?3")
            .bind(self.now().0)
            .bind(&kept.helper_key)
            .bind(&kept.proof_key)
            .execute(&mut *write)
            .await?;
        let what = json!({ "patient": kept.helper.patient, "helper": helper, "how": how });
        self.note(write, "tries-cleared", None, what).await
    }

    /// Gives a locked link five more tries; the portal allows it once.
    ///
    /// # Errors
    /// No such link; the portal refuses or cannot be reached; store or vault.
    pub async fn unlock(
        &self,
        portal: &PortalClient,
        link_or_message: &str,
    ) -> Result<LinkStatus, SettleError> {
        let lid = self.find_link(link_or_message).await?;
        let status = portal.unlock(&lid).await?;
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE link SET state = 'active' WHERE lid = ? AND state = 'locked'")
            .bind(lid.to_text())
            .execute(&mut *write)
            .await?;
        self.note(write, "link-unlocked", Some(lid), json!({ "max": status.max })).await?;
        Ok(status)
    }

    async fn note(
        &self,
        mut write: crate::store::Write,
        kind: &'static str,
        lid: Option<LinkId>,
        what: Value,
    ) -> Result<(), SettleError> {
        let entry = self.staff_entry(self.now(), kind, lid, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(())
    }
}

fn said(how: &str) -> Result<&str, SettleError> {
    let how = how.trim();
    if how.is_empty() { Err(SettleError::How) } else { Ok(how) }
}
