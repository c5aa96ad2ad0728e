//! A patient with the text on their phone: opens the link with the birth date and answers, through the protocol alone.

use crate::{fixture::Fixture, portal::Portal};
use postern_protocol::{
    derive::{ContentKey, LinkKeys},
    digest::Digest,
    envelope::{
        link_record::{self, LinkRecord, LinkRecordKind},
        message, record, slot,
    },
    factor::{BirthDate, Factor, FactorKind},
    id::{self, ClinicId, LinkId, MessageId, RecordId},
    keys::{PatientSigningKey, PublicKey},
    link,
    opaque::client::{FactorError, Login},
    record::{Answerer, Record, RecordKind, Shown},
    time::Timestamp,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};

pub struct Patient {
    pub rng: ChaCha20Rng,
    pub keys: LinkKeys,
    pub content_key: ContentKey,
    pub mid: MessageId,
    pub bundle: Value,
    pub about: Value,
    pub clinic_key: PublicKey,
    pub plaintext_sha256: Digest,
    pub at: Timestamp,
}

/// Opens the link of a text with a birth date.
pub fn open(portal: &Portal, text: &str, birth_date: &str, at: Timestamp) -> Result<Patient, FactorError> {
    open_nth(portal, text, birth_date, at, 0)
}

/// Opens the link and takes up its nth message, from 0.
pub fn open_nth(
    portal: &Portal,
    text: &str,
    birth_date: &str,
    at: Timestamp,
    nth: usize,
) -> Result<Patient, FactorError> {
    let secret = link::find_in_text(text).expect("the text has a link");
    let keys = LinkKeys::derive(&secret);
    let mut rng = ChaCha20Rng::from_seed(keys.factor.as_bytes().to_owned());
    let clinic = ClinicId::new("oak").unwrap();
    let factor = Factor::BirthDate(BirthDate::parse(birth_date).unwrap());
    let inside = portal.inside();
    let there = &inside.links[&keys.lid];
    let (number, stored) = there.slots.iter().next_back().unwrap();
    let (login, ke1) = Login::start(&mut rng, &keys, &factor, &clinic);
    let started = inside.setup.start(&mut rng, &clinic, &keys.lid, *number, &stored.record.0, &ke1).unwrap();
    let done = login.finish(&mut rng, &started.ke2)?;
    let content_keys =
        slot::open(&stored.slot, &done.export_key, &secret, &keys.lid, *number, FactorKind::BirthDate)
            .unwrap();
    let content_key = content_keys.at(1).unwrap().clone();
    let envelope = &there.envelopes[nth];
    let opened = message::open::<postern_json::Value>(&envelope.jwe, &content_key, &envelope.mid).unwrap();
    Ok(Patient {
        rng,
        keys,
        content_key,
        mid: envelope.mid,
        bundle: opened.message.bundle.into(),
        about: opened.message.about.map_or(Value::Null, Into::into),
        clinic_key: opened.message.clinic.key,
        plaintext_sha256: opened.plaintext_sha256,
        at,
    })
}

pub fn accepted() -> Value {
    json!({"resourceType": "AppointmentResponse", "participantStatus": "accepted", "actor": {"type": "Patient"},
        "appointment": {"reference": "Appointment/visit-1", "type": "Appointment"}})
}

impl Patient {
    pub fn lid(&self) -> LinkId {
        self.keys.lid
    }

    pub fn signer(&self) -> PatientSigningKey {
        PatientSigningKey::derive(&self.content_key).unwrap()
    }

    /// A confirmation, as the page would make it.
    pub fn answer(&mut self) -> Record<Value> {
        Record {
            v: 1,
            rid: id::record_id(self.at, &mut self.rng),
            mid: self.mid,
            lid: self.keys.lid,
            clinic: ClinicId::new("oak").unwrap(),
            kind: RecordKind::AppointmentResponse,
            by: Answerer::Patient,
            shown: Shown {
                mid: self.mid,
                sha256: self.plaintext_sha256,
                locale: "en".into(),
                app: "test".into(),
                page: None,
            },
            seen: None,
            replaces: None,
            at: self.at,
            zone: "America/New_York".into(),
            resource: accepted(),
        }
    }

    pub fn seal(&mut self, record: &Record<Value>) -> String {
        let signer = self.signer();
        record::seal(&mut self.rng, &signer, &self.clinic_key, record).jwe
    }

    /// Answers; the portal takes it and tells the desk. Gives id and receipt.
    pub fn send(&mut self, portal: &Portal, record: &Record<Value>) -> (RecordId, String) {
        let jwe = self.seal(record);
        let receipt = portal.receipt(&self.lid(), &record.rid, &jwe);
        portal.say_record(&self.lid(), &record.rid, &jwe, &receipt);
        (record.rid, receipt)
    }

    pub fn confirm(&mut self, portal: &Portal) -> (RecordId, String) {
        let record = self.answer();
        self.send(portal, &record)
    }

    pub fn say(&mut self, kind: LinkRecordKind) -> (RecordId, String) {
        self.say_about(kind, None)
    }

    pub fn say_about(&mut self, kind: LinkRecordKind, scope: Option<&str>) -> (RecordId, String) {
        let record = LinkRecord {
            v: 1,
            rid: id::record_id(self.at, &mut self.rng),
            lid: self.keys.lid,
            clinic: ClinicId::new("oak").unwrap(),
            kind,
            scope: scope.map(str::to_owned),
            at: self.at,
        };
        (record.rid, link_record::seal(&self.keys.link_mac, &record))
    }
}

impl Fixture {
    /// Sends the visit, and opens it as its patient.
    pub async fn open_visit(&self) -> Patient {
        self.send().await;
        let text = self.texts().pop().unwrap().text;
        open(&self.portal, &text, crate::fixture::BIRTH_DATE, self.desk.now()).unwrap()
    }
}
