//! What a clinic says about its texts where it asks for consent: `[texting]` in CLINIC.toml.

use crate::{
    clinic::Clinic,
    desk::Desk,
    ledger,
    trouble::{Trouble, takes_trouble},
};
use postern_protocol::wire::desk_policies::{PolicyKind, PolicyVersion};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a clinic says of its texts is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TextingError {
    /// The file is another clinic's.
    #[error("this is the file of the clinic {0}, not of this desk's")]
    OtherClinic(String),
    /// The file does not have it.
    #[error("CLINIC.toml has no [texting]: add legal_name, texts_a_month and policies")]
    Missing,
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(TextingError);

impl Desk {
    /// Takes `[texting]` of a clinic's file, and nothing else of it, for every consent that is asked for from now on. Consents that
    /// were given keep the words and versions they were given with.
    ///
    /// # Errors
    /// Another clinic's file, or one without `[texting]`; store or vault.
    pub async fn use_texting(&mut self, file: &Clinic) -> Result<(), TextingError> {
        if file.public.id != self.clinic.public.id {
            return Err(TextingError::OtherClinic(file.public.id.to_string()));
        }
        let texting = file.texting.as_ref().ok_or(TextingError::Missing)?;
        let clinic = Clinic { texting: Some(texting.clone()), ..(*self.clinic).clone() };
        let what = json!({ "policies": texting.policies, "texts_a_month": texting.texts_a_month, "marketing_a_month": texting.marketing_a_month });
        self.settle_clinic(clinic, "texting-changed", what).await?;
        Ok(())
    }

    /// The clinic says something else of itself from now on.
    pub(crate) async fn settle_clinic(
        &mut self,
        clinic: Clinic,
        kind: &'static str,
        what: Value,
    ) -> Result<(), Trouble> {
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE clinic SET settings = ? WHERE id = 1")
            .bind(serde_json::to_string(&clinic).expect("a clinic is plain JSON"))
            .execute(&mut *write)
            .await?;
        let entry = self.staff_entry(self.now(), kind, None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        self.clinic = std::sync::Arc::new(clinic);
        Ok(())
    }
}

/// `[texting]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texting {
    /// The legal name of who sends.
    pub legal_name: String,
    /// Texts about care in a month, at most.
    pub texts_a_month: u32,
    /// Marketing texts in a month, at most.
    #[serde(default = "one")]
    pub marketing_a_month: u32,
    /// Whether a number's first message asks for care texts too, once.
    #[serde(default)]
    pub ask_first: bool,
    /// What consents name: the versions that are asked with today.
    pub policies: Policies,
}

fn one() -> u32 {
    1
}

/// Versions of the clinic's texts that everybody can read, as they were published (`postern legal publish`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// How the clinic texts.
    pub texting: PolicyVersion,
    /// The terms of its texts.
    pub terms: PolicyVersion,
    /// The privacy notice.
    pub privacy: PolicyVersion,
}

impl Policies {
    /// Of one kind.
    pub fn version(&self, kind: PolicyKind) -> &PolicyVersion {
        match kind {
            PolicyKind::Texting => &self.texting,
            PolicyKind::Terms => &self.terms,
            PolicyKind::Privacy => &self.privacy,
        }
    }
}

impl Texting {
    /// Whether all of it can be shown.
    pub(crate) fn is_complete(&self) -> bool {
        !self.legal_name.trim().is_empty() && self.texts_a_month > 0 && self.marketing_a_month > 0
    }
}
