//! A portal and a desk for tests: the real server half of the factor, real envelopes and receipts, no network.

use crate::flow::effect::{Failure, Reply, Request};
use postern_fhir::{Appointment, Bundle, Communication, Entry, code::AppointmentStatus, instant};
use postern_protocol::{
    about::About,
    base64url::{Bytes, FixedBytes},
    derive::{ContentKey, ContentKeys, LinkKeys},
    digest::{Digest, sha256},
    envelope::{
        link_record::{self, LinkRecord},
        message::{self, Message, MessageClinic},
        record, slot,
    },
    error_code::ErrorCode,
    factor::{BirthDate, Factor, FactorKind},
    id::{ClinicId, LoginId, MessageId, RecordId},
    keys::{ClinicKeyPair, PatientSigningKey, SigningKeyPair},
    link::LinkSecret,
    opaque::{client::Registration, server},
    receipt::{self, AuditHead, FIRST_PREV, Receipt},
    record::Record,
    time::Timestamp,
    wire::{
        authorization::Authorization,
        link_open::{LinkState, OpenResponse, OpenSlot, PublicClinic},
        link_records::LinkRecordResponse,
        records::{RecordRequest, RecordResponse},
        session::SeenEvent,
        verify::{
            FinishRequest, FinishResponse, OwnCopy, SessionTimes, StartRequest, StartResponse, WireEnvelope,
        },
    },
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{RngCore, SeedableRng},
};

pub const BIRTH_DATE: (u16, u8, u8) = (1980, 4, 12);
pub const CANARY: &str = "Your canary results are fine.";

/// One link of one clinic, and everything the portal holds for it.
pub struct FakePortal {
    pub secret: LinkSecret,
    pub state: LinkState,
    pub tries_left: u32,
    pub now: Timestamp,
    pub receipts: Vec<String>,
    pub records: Vec<(RecordId, RecordRequest)>,
    pub link_records: Vec<LinkRecord>,
    pub seen: Vec<SeenEvent>,
    /// What was said to be read or left, and for how long.
    pub read: Vec<(MessageId, u64)>,
    pub session_ended: bool,
    pub envelopes: Vec<WireEnvelope>,
    pub next_error: Option<ErrorCode>,
    pub factor: FactorKind,
    pub counted: u32,
    /// Signs the next receipts with a key that nobody pinned.
    pub forges: bool,
    keys: LinkKeys,
    clinic: ClinicId,
    setup: server::Setup,
    factor_record: Vec<u8>,
    slot: String,
    content_key: ContentKey,
    clinic_key: ClinicKeyPair,
    signing_key: SigningKeyPair,
    logins: Vec<(LoginId, StartRequest, StartResponse, Vec<u8>)>,
    sessions: Vec<FixedBytes<32>>,
    rng: ChaCha20Rng,
}

impl FakePortal {
    /// An active link with one message: a text and a visit three days ahead.
    pub fn new(now: Timestamp) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let secret = LinkSecret::generate(&mut rng);
        let keys = LinkKeys::derive(&secret);
        let clinic = ClinicId::new("oak").unwrap();
        let setup = server::Setup::generate(&mut rng);
        let (year, month, day) = BIRTH_DATE;
        let factor = Factor::BirthDate(BirthDate::new(year, month, day).unwrap());
        let (registration, request) = Registration::start(&mut rng, &keys, &factor, &clinic);
        let response = setup.registration(&clinic, &keys.lid, 1, &request).unwrap();
        let registered = registration.finish(&mut rng, &response).unwrap();
        let content_key = ContentKey::generate(&mut rng);
        let slot = slot::seal(
            &mut rng,
            &registered.export_key,
            &secret,
            &keys.lid,
            1,
            &ContentKeys::First(content_key.clone()),
        );
        let mut portal = Self {
            secret,
            state: LinkState::Active,
            tries_left: 10,
            now,
            receipts: Vec::new(),
            records: Vec::new(),
            link_records: Vec::new(),
            seen: Vec::new(),
            read: Vec::new(),
            session_ended: false,
            envelopes: Vec::new(),
            next_error: None,
            factor: FactorKind::BirthDate,
            counted: 0,
            forges: false,
            keys,
            clinic,
            setup,
            factor_record: registered.record,
            slot,
            content_key,
            clinic_key: ClinicKeyPair::generate(&mut rng),
            signing_key: SigningKeyPair::generate(&mut rng),
            logins: Vec::new(),
            sessions: Vec::new(),
            rng,
        };
        portal.send(1, bundle(now));
        portal
    }

    /// The same with these messages instead: each a visit of its own, about somebody.
    pub fn about(now: Timestamp, abouts: &[About]) -> Self {
        let mut portal = Self::new(now);
        portal.envelopes.clear();
        for (n, about) in (1..).zip(abouts) {
            let mut bundle = bundle(now);
            for entry in &mut bundle.entries {
                if let Entry::Appointment(visit) = entry {
                    visit.id = Some(format!("visit-{n}"));
                }
            }
            portal.send_about(n, bundle, Some(about));
        }
        portal
    }

    /// The desk puts a message on the link.
    pub fn send(&mut self, n: u32, bundle: Bundle) {
        self.send_about(n, bundle, None);
    }

    /// One that says whom it is about.
    pub fn send_about(&mut self, n: u32, bundle: Bundle, about: Option<&About>) {
        let about = about.map(|about| postern_json::parse(&serde_json::to_vec(about).unwrap()).unwrap());
        let mid: MessageId = postern_protocol::id::random_id(&mut self.rng);
        let clinic = MessageClinic {
            display: "Oak Street Clinic".into(),
            key: self.clinic_key.public(),
            portal_keys: vec![self.signing_key.public()],
        };
        let message = Message { v: 1, n, about, bundle, clinic };
        let sealed = message::seal(&mut self.rng, &self.content_key, &mid, &message);
        self.envelopes.push(WireEnvelope { mid, n, level: 1, jwe: sealed.jwe });
    }

    /// What the desk reads of a record.
    pub fn opened(&self, index: usize) -> Record<postern_fhir::AppointmentResponse> {
        self.opened_as(index)
    }

    /// The same of another resource.
    pub fn opened_as<R: serde::de::DeserializeOwned>(&self, index: usize) -> Record<R> {
        let signer = PatientSigningKey::derive(&self.content_key).unwrap().public();
        let key = self.clinic_key.clone();
        record::open(&self.records[index].1.record, |_| Some(key), |_| Some(signer)).unwrap().record
    }

    /// The digest of the newest receipt.
    pub fn last_digest(&self) -> Option<Digest> {
        self.receipts.last().map(|last| receipt::digest_of(last))
    }

    pub fn answer(&mut self, request: &Request) -> Reply {
        match request {
            Request::Open(who) => Reply::Open(self.link(who).and_then(|()| self.open())),
            Request::Start(who, body) => Reply::Start(self.live(who).and_then(|()| self.start(body))),
            Request::Finish(who, body) => Reply::Finish(self.live(who).and_then(|()| self.finish(body))),
            Request::LinkRecord(who, body) => Reply::LinkRecord(self.link(who).map(|()| {
                let record = link_record::open(&body.jws, &self.keys.link_mac, &self.keys.lid).unwrap();
                if self.link_records.iter().all(|one| one.rid != record.rid) {
                    self.link_records.push(record);
                }
                LinkRecordResponse { desk_heard_seconds_ago: None, code_until: None }
            })),
            Request::Record(who, rid, body) => {
                Reply::Record(*rid, self.session(who).and_then(|()| self.record(*rid, body)))
            }
            Request::Messages(who, after) => Reply::Messages(
                self.session(who)
                    .map(|()| self.envelopes.iter().filter(|one| one.n > *after).cloned().collect()),
            ),
            Request::Seen(who, all) => Reply::Told(self.session(who).map(|()| {
                self.seen.extend(all.iter().map(|one| one.event));
                self.read.extend(all.iter().map(|one| (one.mid, one.ms)));
            })),
            Request::End(who, all) => Reply::Told(self.session(who).map(|()| {
                self.seen.extend(all.iter().map(|one| one.event));
                self.sessions.clear();
                self.session_ended = true;
            })),
        }
    }

    /// A seed for the next phone.
    pub fn seed(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// The portal ends the session by itself.
    pub fn end_session(&mut self) {
        self.sessions.clear();
    }

    fn link(&mut self, who: &Authorization) -> Result<(), Failure> {
        if let Some(code) = self.next_error.take() {
            return Err(Failure::Refused(code));
        }
        let known = Authorization::Link { lid: self.keys.lid, claim: self.keys.claim };
        if *who == known { Ok(()) } else { Err(Failure::Refused(ErrorCode::LinkUnknown)) }
    }

    fn live(&mut self, who: &Authorization) -> Result<(), Failure> {
        self.link(who)?;
        Err(Failure::Refused(match self.state {
            LinkState::Active => return Ok(()),
            LinkState::Locked => ErrorCode::LinkLocked,
            LinkState::Expired => ErrorCode::LinkExpired,
            LinkState::Recalled => ErrorCode::LinkRecalled,
            LinkState::Closed => ErrorCode::LinkClosed,
        }))
    }

    fn session(&mut self, who: &Authorization) -> Result<(), Failure> {
        if let Some(code) = self.next_error.take() {
            return Err(Failure::Refused(code));
        }
        if !matches!(self.state, LinkState::Active | LinkState::Locked) {
            return Err(Failure::Refused(ErrorCode::SessionEnded));
        }
        let lid = self.keys.lid;
        let known = |token: &FixedBytes<32>| *who == Authorization::Session { lid, token: *token };
        if self.sessions.iter().any(known) { Ok(()) } else { Err(Failure::Refused(ErrorCode::SessionEnded)) }
    }

    fn open(&self) -> Result<OpenResponse, Failure> {
        let until = self.now.plus_seconds(7 * 86_400);
        let slots = match self.state {
            LinkState::Active => vec![OpenSlot { slot: 1, factor: self.factor, until }],
            _ => Vec::new(),
        };
        let clinic = PublicClinic {
            id: self.clinic.clone(),
            name: "Oak Street Clinic".into(),
            phone: "555-0100".into(),
            phone_e164: "+15555550100".into(),
            emergency: "911".into(),
            address: String::new(),
            hours: String::new(),
            accent: "#005ea5".into(),
        };
        Ok(OpenResponse {
            state: self.state,
            slots,
            tries_left: self.tries_left,
            expires: until,
            now: self.now,
            clinic,
        })
    }

    fn start(&mut self, body: &StartRequest) -> Result<StartResponse, Failure> {
        if let Some((_, _, answer, _)) = self.logins.iter().find(|(_, asked, ..)| asked.ke1 == body.ke1) {
            return Ok(answer.clone());
        }
        self.tries_left -= 1;
        self.counted += 1;
        if self.tries_left == 0 {
            self.state = LinkState::Locked;
        }
        let lid = self.keys.lid;
        let started = self
            .setup
            .start(&mut self.rng, &self.clinic, &lid, body.slot, &self.factor_record, &body.ke1.0)
            .unwrap();
        let login = postern_protocol::id::random_id(&mut self.rng);
        let answer = StartResponse { login, ke2: Bytes(started.ke2), tries_left: self.tries_left };
        self.logins.push((login, body.clone(), answer.clone(), started.state.to_vec()));
        Ok(answer)
    }

    fn finish(&mut self, body: &FinishRequest) -> Result<FinishResponse, Failure> {
        let login = self.logins.iter().find(|(login, ..)| *login == body.login);
        let (.., state) = login.ok_or(Failure::Refused(ErrorCode::LoginUnknown))?;
        let token = server::finish(state, &self.clinic, &self.keys.lid, &body.ke3.0)
            .map_err(|_| Failure::Refused(ErrorCode::VerificationFailed))?;
        if !self.sessions.contains(&token) {
            self.sessions.push(token);
            self.tries_left += 1;
        }
        let own = |(rid, request): &(RecordId, RecordRequest)| OwnCopy {
            rid: *rid,
            level: 1,
            jwe: request.own.clone(),
        };
        Ok(FinishResponse {
            slot: self.slot.clone(),
            envelopes: self.envelopes.clone(),
            own: self.records.iter().map(own).collect(),
            receipts: self.receipts.clone(),
            session: SessionTimes { idle_seconds: 600, ends: self.now.plus_seconds(3600), now: self.now },
        })
    }

    /// The portal forgets its logins, as after two minutes.
    pub fn lapse(&mut self) {
        self.logins.clear();
    }

    fn record(&mut self, rid: RecordId, body: &RecordRequest) -> Result<RecordResponse, Failure> {
        if let Some(index) = self.records.iter().position(|(other, _)| *other == rid) {
            let same = self.records[index].1.record == body.record;
            return if same {
                Ok(RecordResponse { receipt: self.receipts[index].clone() })
            } else {
                Err(Failure::Refused(ErrorCode::Conflict))
            };
        }
        let receipt = Receipt {
            iss: "https://door.example".into(),
            epoch: FixedBytes([1; 16]),
            rid,
            lid: self.keys.lid,
            seq: u32::try_from(self.receipts.len()).unwrap() + 1,
            sha256: sha256(body.record.as_bytes()),
            prev: self.last_digest().unwrap_or(FIRST_PREV),
            received_at: self.now,
            audit: AuditHead { n: 1, head: FIRST_PREV },
        };
        let stranger = SigningKeyPair::generate(&mut self.rng);
        let key = if self.forges { &stranger } else { &self.signing_key };
        let receipt = receipt::sign(key, &receipt);
        self.records.push((rid, body.clone()));
        self.receipts.push(receipt.clone());
        Ok(RecordResponse { receipt })
    }
}

/// A text and a visit three days ahead whose answer may be changed until the day before.
pub fn bundle(now: Timestamp) -> Bundle {
    let mut visit = Appointment::new(AppointmentStatus::Booked);
    visit.id = Some("visit-1".into());
    visit.start = Some(instant::to_text(now.plus_seconds(3 * 86_400).0));
    visit.minutes = Some(30);
    visit.change_until = Some(instant::to_text(now.plus_seconds(2 * 86_400).0));
    Bundle::of([Entry::Communication(Communication::text("Results", CANARY)), Entry::Appointment(visit)])
}
