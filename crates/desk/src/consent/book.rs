//! Booking an answer to a consent: its proof is kept, and what it says of each category becomes a fact about the number.

use super::{check::Received, confirm::is_new, kept::KeptConsent, proof::Proof};
use crate::{
    desk::Desk,
    feed::{record::signer_of, whom::Reached},
    ledger::Entry,
    rules::{self, ConsentForm, Fact, Source},
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::Place,
};
use postern_fhir::{
    Consent,
    consent::{ConsentKind, ConsentStatus},
};
use postern_protocol::{
    base64url::FixedBytes,
    derive::Secret32,
    id::{LinkId, RecordId},
    time::Timestamp,
};

/// An answer that was checked, with what proves it.
pub(crate) struct Answer<'a> {
    pub received: Received,
    pub lid: &'a LinkId,
    pub rid: RecordId,
    pub jwe: &'a str,
    pub cek: Secret32,
    pub receipt: &'a str,
    pub received_at: Timestamp,
    /// Somebody gave it for the patient.
    pub by_helper: bool,
}

/// One row of the table.
pub(super) struct Row<'a> {
    pub id: &'a str,
    pub patient_key: &'a str,
    pub consent: &'a Consent,
    pub given_at: Timestamp,
    pub kept: &'a KeptConsent,
}

impl Desk {
    /// Keeps the proof and writes the ledger line with its facts.
    pub(crate) async fn book_consent(
        &self,
        connection: &mut Connection,
        reached: &Reached,
        answer: Answer<'_>,
        entry: Entry,
    ) -> Result<(), Trouble> {
        let Answer { received, lid, rid, jwe, cek, receipt, received_at, by_helper } = answer;
        let (kept_patient, number_key) = (&reached.kept, &reached.number_key);
        let signer = signer_of(&mut *connection, lid).await?;
        let Received { given, page } = received;
        let proof = Proof {
            v: 1,
            text: given.text.clone(),
            text_sha256: given.text_sha256.clone(),
            page_sha256: page.sha256().to_text(),
            page: page.canonical(),
            lid: *lid,
            record: jwe.to_owned(),
            cek: FixedBytes(*cek.as_bytes()),
            receipt: receipt.to_owned(),
            signer: signer.ok_or(StoreError::Inconsistent("link.signer"))?,
        };
        let id = rid.to_string();
        let kept = KeptConsent::Page(Box::new(proof));
        let row = Row {
            id: &id,
            patient_key: &kept_patient.patient_key,
            consent: &given,
            given_at: received_at,
            kept: &kept,
        };
        self.keep_consent(&mut *connection, row).await?;
        let person = &kept_patient.person;
        let for_child = by_helper && !self.is_of_age(kept_patient, &self.policy().await?, received_at);
        let facts = facts(&given, &person.id, received_at, &Source::Record(id), for_child);
        let before = rules::book::read(&mut *connection, &self.vault, number_key).await?;
        let is_new = is_new(&facts, &before);
        self.book_facts(&mut *connection, number_key, facts, entry).await?;
        if is_new {
            self.confirm_consent(connection, given.kind, person, number_key).await?;
        }
        Ok(())
    }

    pub(super) async fn keep_consent(
        &self,
        connection: &mut Connection,
        row: Row<'_>,
    ) -> Result<(), StoreError> {
        let Row { id, patient_key, consent, given_at, kept } = row;
        let sealed = self.vault.seal_json(&mut self.rng(), place(id), kept);
        sqlx::query(
            "INSERT INTO consent (id, patient_key, kind, status, given_at, booked_at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(patient_key)
        .bind(consent.kind.code())
        .bind(consent.status.code())
        .bind(given_at.0)
        .bind(self.now().0)
        .bind(sealed)
        .execute(connection)
        .await?;
        Ok(())
    }
}

pub(super) fn place(id: &str) -> Place<'_> {
    Place::new("consent", "sealed", id)
}

/// What it says of each box. A box that was left empty by who was asked is a no to that category.
/// `for_child`: a helper gave it for a patient who is not of age.
pub(super) fn facts(
    consent: &Consent,
    person: &str,
    since: Timestamp,
    source: &Source,
    for_child: bool,
) -> Vec<Fact> {
    let form = match consent.kind {
        ConsentKind::CareTexts => ConsentForm::CareTexts,
        ConsentKind::Marketing => ConsentForm::MarketingWritten,
        ConsentKind::Authorization => return Vec::new(),
    };
    let given = consent.status == ConsentStatus::Active;
    let each = consent.permissions.iter().filter_map(|one| Some((one.category.parse().ok()?, one.permit)));
    each.map(|(category, permit)| match given && permit {
        true => Fact::ConsentGiven {
            category,
            person: person.to_owned(),
            form,
            since,
            until: None,
            source: source.clone(),
            for_child,
        },
        false => Fact::ConsentWithdrawn { category, person: person.to_owned(), source: source.clone() },
    })
    .collect()
}
