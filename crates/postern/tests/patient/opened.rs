//! What stands open after the right birth date.

use super::{Caller, Failure, now};
use postern_fhir::{Appointment, AppointmentResponse, Bundle, appointment_response};
use postern_protocol::{
    base64url::FixedBytes,
    derive::ContentKeys,
    digest::{Digest, sha256},
    envelope::{message, own, record},
    id::{ClinicId, LinkId, MessageId, RecordId, record_id},
    keys::{PatientSigningKey, PublicKey},
    receipt::{self, Receipt},
    record::{Answerer, Record, RecordKind, Shown},
    wire::{
        authorization::Authorization,
        records::{RecordRequest, RecordResponse},
        session::{Done, EndRequest, SeenEvent, SeenRequest},
        verify::FinishResponse,
    },
};
use rand_core::OsRng;
use serde::{Deserialize, Serialize};

/// The patient's own copy of an answer, as the page writes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnCopy {
    /// 1.
    pub v: u8,
    /// Of the record's compact JWE.
    pub sha256: Digest,
    /// The record's content encryption key.
    pub cek: FixedBytes<32>,
    /// The record.
    pub record: Record<AppointmentResponse>,
}

/// One decrypted message.
pub struct Letter {
    /// Its id.
    pub mid: MessageId,
    /// Its level.
    pub level: u8,
    /// What it holds.
    pub bundle: Bundle,
    /// SHA-256 of its plaintext.
    pub shown: Digest,
}

/// An answer that was sent, and its receipt.
pub struct Said {
    /// Its id.
    pub rid: RecordId,
    /// What was sent.
    pub request: RecordRequest,
    /// What came back.
    pub compact: String,
    /// The same, verified.
    pub receipt: Receipt,
    /// For the telephone.
    pub code: String,
}

/// Why what the portal gave is refused by the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The slot does not open.
    Slot,
    /// A message does not open, or is not the one it is said to be.
    Message,
    /// There is no message.
    Empty,
    /// A receipt or their chain does not hold.
    Receipts,
    /// An own copy does not open.
    Own,
}

/// The link, open.
pub struct OpenedLink {
    /// How it is reached.
    pub caller: Caller,
    /// Who calls.
    pub session: Authorization,
    /// The content keys.
    pub keys: ContentKeys,
    /// The messages.
    pub letters: Vec<Letter>,
    /// Own copies of earlier answers.
    pub own: Vec<OwnCopy>,
    /// Receipts so far, compact.
    pub receipts: Vec<String>,
    /// As the portal answered, sealed.
    pub sealed: FinishResponse,
    /// Answers are sealed to it.
    pub clinic_key: PublicKey,
    /// Receipts are accepted under these.
    pub portal_keys: Vec<PublicKey>,
    lid: LinkId,
    clinic: ClinicId,
}

impl OpenedLink {
    /// Opens what the portal gave, and refuses what does not hold.
    pub fn read(
        caller: Caller,
        session: Authorization,
        lid: LinkId,
        clinic: ClinicId,
        keys: ContentKeys,
        sealed: FinishResponse,
    ) -> Result<Self, Doubt> {
        let mut newest = None;
        let mut letters = Vec::new();
        for envelope in &sealed.envelopes {
            let key = keys.at(envelope.level).ok_or(Doubt::Message)?;
            let opened =
                message::open::<Bundle>(&envelope.jwe, key, &envelope.mid).map_err(|_| Doubt::Message)?;
            if opened.message.n != envelope.n {
                return Err(Doubt::Message);
            }
            letters.push(Letter {
                mid: envelope.mid,
                level: envelope.level,
                bundle: opened.message.bundle,
                shown: opened.plaintext_sha256,
            });
            newest = Some(opened.message.clinic);
        }
        let trusted = newest.ok_or(Doubt::Empty)?;
        receipt::chain(&lid, &sealed.receipts, &trusted.portal_keys).map_err(|_| Doubt::Receipts)?;
        let own = sealed.own.iter().map(|copy| {
            let key = keys.at(copy.level).ok_or(Doubt::Own)?;
            let value = own::open(&copy.jwe, key, &copy.rid).map_err(|_| Doubt::Own)?;
            serde_json::to_value(value).and_then(serde_json::from_value).map_err(|_| Doubt::Own)
        });
        Ok(Self {
            own: own.collect::<Result<_, _>>()?,
            receipts: sealed.receipts.clone(),
            clinic_key: trusted.key,
            portal_keys: trusted.portal_keys,
            caller,
            session,
            keys,
            letters,
            sealed,
            lid,
            clinic,
        })
    }

    /// The first visit of the messages, with its message.
    pub fn visit(&self) -> (&Letter, &Appointment) {
        let mut visits =
            self.letters.iter().flat_map(|letter| letter.bundle.appointments().map(move |one| (letter, one)));
        visits.next().expect("a message has a visit")
    }

    /// Every text that the messages hold, joined.
    pub fn text(&self) -> String {
        let parts = self
            .letters
            .iter()
            .flat_map(|letter| letter.bundle.communications())
            .flat_map(|told| told.topic.iter().chain(&told.payload).cloned().collect::<Vec<_>>());
        parts.collect::<Vec<_>>().join("\n")
    }

    /// A record that answers the visit, as the page makes it.
    pub fn record(&self, answer: appointment_response::Answer) -> Record<AppointmentResponse> {
        let (letter, visit) = self.visit();
        Record {
            v: 1,
            rid: record_id(now(), &mut OsRng),
            mid: letter.mid,
            lid: self.lid,
            clinic: self.clinic.clone(),
            kind: RecordKind::AppointmentResponse,
            by: Answerer::Patient,
            shown: Shown {
                mid: letter.mid,
                sha256: letter.shown,
                locale: "en".into(),
                app: "test".into(),
                page: None,
            },
            seen: self.receipts.last().map(|compact| receipt::digest_of(compact)),
            replaces: self.own.last().map(|copy| copy.record.rid),
            at: now(),
            zone: "America/New_York".into(),
            resource: AppointmentResponse {
                appointment: visit.reference(),
                answer,
                helper: None,
                comment: None,
            },
        }
    }

    /// Signs and seals a record.
    pub fn seal(&self, record: &Record<AppointmentResponse>) -> RecordRequest {
        let level = self.visit().0.level;
        let key = self.keys.at(level).expect("a key of the level");
        let signer = PatientSigningKey::derive(key).expect("a signing key");
        let sealed = record::seal(&mut OsRng, &signer, &self.clinic_key, record);
        let copy = OwnCopy {
            v: 1,
            sha256: sha256(sealed.jwe.as_bytes()),
            cek: FixedBytes(*sealed.content_encryption_key.as_bytes()),
            record: record.clone(),
        };
        let own = own::seal(&mut OsRng, key, &record.rid, &copy);
        RecordRequest { record: sealed.jwe, own, level }
    }

    /// `PUT records/{rid}`.
    pub async fn put(&self, rid: &RecordId, request: &RecordRequest) -> Result<RecordResponse, Failure> {
        self.caller.put(&format!("records/{rid}"), &self.session, request).await
    }

    /// Answers the visit and checks the receipt.
    pub async fn answer(&mut self, answer: appointment_response::Answer) -> Said {
        let record = self.record(answer);
        let request = self.seal(&record);
        let response = self.put(&record.rid, &request).await.expect("the answer is taken");
        let compact = response.receipt;
        let receipt =
            receipt::verify(&compact, &self.portal_keys).expect("the receipt is the pinned portal's");
        assert_eq!((receipt.rid, receipt.lid), (record.rid, self.lid));
        assert_eq!(receipt.sha256, sha256(request.record.as_bytes()), "the receipt is for what was sent");
        self.receipts.push(compact.clone());
        receipt::chain(&self.lid, &self.receipts, &self.portal_keys)
            .expect("the receipt follows the ones before");
        let code = postern_protocol::record_code::of(&compact);
        Said { rid: record.rid, request, code, compact, receipt }
    }

    /// Says that the first message was read.
    pub async fn seen(&self) -> Result<Done, Failure> {
        let letter = self.letters.first().expect("a message");
        let request = SeenRequest { mid: letter.mid, shown: letter.shown, event: SeenEvent::Read, ms: 1500 };
        self.caller.post("session/seen", &self.session, &request).await
    }

    /// Ends the session.
    pub async fn end(&self) -> Result<Done, Failure> {
        self.caller.post("session/end", &self.session, &EndRequest {}).await
    }
}
