//! What a clinic says about its texts where it asks for consent: `[texting]` in CLINIC.toml.

use crate::{
    clinic::Clinic,
    desk::Desk,
    ledger,
    trouble::{Trouble, takes_trouble},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a clinic says of its texts is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TextingError {
    /// The file is another clinic's.
    #[error("this is the file of the clinic {0}, not of this desk's")]
    OtherClinic(String),
    /// The file does not have it.
    #[error("CLINIC.toml has no [texting]: add legal_name, texts_a_month, terms and privacy")]
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
        let what = json!({ "terms": texting.terms.version, "privacy": texting.privacy.version,
            "texts_a_month": texting.texts_a_month, "marketing_a_month": texting.marketing_a_month });
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
    /// The terms of the texts.
    pub terms: PolicyPage,
    /// The privacy notice.
    pub privacy: PolicyPage,
}

fn one() -> u32 {
    1
}

/// A page of the clinic's in one version. Each version stays where it is: consents name it for years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyPage {
    /// `https://…`.
    pub address: String,
    /// The clinic's own word for the version, such as a date.
    pub version: String,
}

impl PolicyPage {
    /// The host it is on, if it is an address that a patient may be sent to.
    pub fn host(&self) -> Option<&str> {
        host(&self.address)
    }
}

/// The host of an `https` address.
pub(crate) fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    (!host.is_empty() && host.bytes().all(plain)).then_some(host)
}

impl Texting {
    /// Whether all of it can be shown.
    pub(crate) fn is_complete(&self) -> bool {
        let pages = [&self.terms, &self.privacy];
        !self.legal_name.trim().is_empty()
            && self.texts_a_month > 0
            && self.marketing_a_month > 0
            && pages.iter().all(|page| page.host().is_some() && !page.version.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_https_address_has_a_host() {
        assert_eq!(host("https://oak.example/terms?v=1#a"), Some("oak.example"));
        assert_eq!(host("https://oak.example"), Some("oak.example"));
        for address in
            ["http://oak.example", "https://", "javascript:alert(1)", "https://a@b.example", "oak.example"]
        {
            assert_eq!(host(address), None, "{address}");
        }
    }
}
