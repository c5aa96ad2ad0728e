//! A consent on paper or at the counter: what staff write down, with a witness and the scan's hash.

use super::{
    book::{Row, facts},
    confirm::is_new,
    kept::{KeptConsent, Paper},
    offer,
    show::paper_sha256,
};
use crate::{
    desk::Desk,
    ledger,
    refusal::Refusal,
    rules::{self, Source},
    texts::words,
    trouble::{Trouble, takes_trouble},
};
use postern_fhir::{
    Consent,
    consent::{ConsentKind, ConsentStatus, Signature},
    instant,
};
use postern_protocol::{category::Category, digest::sha256, id, time::Timestamp};

/// What staff write down.
#[derive(Clone)]
pub struct OnPaper {
    /// The clinic's id of the patient.
    pub patient: String,
    /// What about.
    pub kind: ConsentKind,
    /// The categories whose box is ticked on the paper.
    pub categories: Vec<Category>,
    /// Given, refused or taken back.
    pub status: ConsentStatus,
    /// When, as the paper says.
    pub at: Timestamp,
    /// The name under it.
    pub signature: Option<String>,
    /// Who saw it.
    pub witness: String,
    /// The scan, whole.
    pub scan: Vec<u8>,
}

/// A consent on paper cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// Something stands against it.
    #[error("the consent is refused")]
    Refused(Vec<Refusal>),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(PaperError);

impl Desk {
    /// Books it; its id.
    ///
    /// # Errors
    /// Everything that stands against it.
    pub async fn record_consent(&self, paper: &OnPaper) -> Result<String, PaperError> {
        let kept = self.patient(&paper.patient).await?.ok_or_else(|| {
            refused(
                "patient-unknown",
                "There is no patient of this id",
                "Import the patient first, or check the id.",
            )
        })?;
        let number = kept.person.number.clone().ok_or_else(|| {
            refused(
                "patient-without-number",
                "The patient has no number that the consent could be for",
                "Add a telecom of system sms, or a mobile phone, and import again.",
            )
        })?;
        let language = words::choose(None).language;
        let named = self.policies_to_name(language).await?;
        let policies = named.as_deref().map_err(Vec::as_slice);
        let asked = offer::Asked {
            clinic: &self.clinic,
            patient: &paper.patient,
            number: &number,
            language,
            policies,
        };
        let consent = self.resource(paper, asked)?;
        let witness = paper.witness.trim().to_owned();
        let resource: serde_json::Value = consent.write().into();
        let scan_sha256 = sha256(&paper.scan).to_text();
        let sha256 = paper_sha256(&resource, &witness, &scan_sha256);
        let mut rng = self.rng();
        let id = id::record_id(self.now(), &mut rng).to_string();
        let what = serde_json::json!({ "patient": kept.person.id, "consent": id, "kind": consent.kind.code(),
            "status": consent.status.code(), "witness": witness, "sha256": sha256 });
        let facts = facts(&consent, &kept.person.id, paper.at, &Source::Paper(id.clone()), false);
        let proof = KeptConsent::Paper(Paper { resource, witness, scan_sha256, sha256 });
        let row = Row {
            id: &id,
            patient_key: &kept.patient_key,
            consent: &consent,
            given_at: paper.at,
            kept: &proof,
        };
        let entry = self.staff_entry(self.now(), "consent-recorded", None, what);
        let mut write = self.store.write().await?;
        self.keep_consent(&mut write, row).await?;
        if facts.is_empty() {
            ledger::append(&mut write, &self.vault, &mut rng, entry).await?;
        } else {
            let number_key = self.number_key(&number);
            let before = rules::book::read(&mut write, &self.vault, &number_key).await?;
            let is_new = is_new(&facts, &before);
            self.book_facts(&mut write, &number_key, facts, entry).await?;
            if is_new {
                self.confirm_consent(&mut write, consent.kind, &kept.person, &number_key).await?;
            }
        }
        write.commit().await?;
        Ok(id)
    }

    /// The clinic's own form in today's words, as it was filled in.
    fn resource(&self, paper: &OnPaper, asked: offer::Asked<'_>) -> Result<Consent, PaperError> {
        let mut refusals = Vec::new();
        if paper.witness.trim().is_empty() || paper.scan.is_empty() {
            refusals.extend(refusal(
                "consent-without-witness",
                "Nobody is named who saw it, or the scan is empty",
                "Give both: later they are all there is.",
            ));
        }
        if paper.at > self.now() {
            refusals.extend(refusal(
                "consent-in-the-future",
                "It was given in the future",
                "Check the time.",
            ));
        }
        let proposed = offer::form(paper.kind, asked).map_err(PaperError::Refused)?;
        let categories: Vec<String> = paper.categories.iter().map(|one| one.as_str().to_owned()).collect();
        if !categories.iter().all(|one| proposed.categories().contains(&one.as_str())) {
            refusals.extend(refusal(
                "consent-categories",
                "A category does not belong to this consent",
                "Marketing stands apart from care.",
            ));
        }
        let mut consent = Consent {
            page_sha256: None,
            date_time: Some(instant::to_text(paper.at.0)),
            ..proposed.answer(paper.status, &categories, String::new())
        };
        consent.signature = paper
            .signature
            .as_deref()
            .filter(|_| paper.status == ConsentStatus::Active)
            .map(|name| Signature { name: name.trim().to_owned(), when: instant::to_text(paper.at.0) });
        consent.text_sha256 = sha256(consent.text.as_bytes()).to_text();
        if paper.status == ConsentStatus::Active {
            refusals.extend(consent.lacks().into_iter().flat_map(|lack| {
                let reason = format!("The consent lacks: {}", offer::lack_in_words(lack));
                refusal("consent-lacks", &reason, "Without it it cannot be saved.")
            }));
        }
        if refusals.is_empty() { Ok(consent) } else { Err(PaperError::Refused(refusals)) }
    }
}

fn refusal(code: &'static str, reason: &str, remedy: &str) -> Vec<Refusal> {
    vec![Refusal::new(code, reason, remedy)]
}

fn refused(code: &'static str, reason: &str, remedy: &str) -> PaperError {
    PaperError::Refused(refusal(code, reason, remedy))
}
