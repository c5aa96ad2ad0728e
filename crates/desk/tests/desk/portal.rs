//! A portal whose keys the test holds: it keeps the protocol's rules toward the desk (write-once slots, counted evaluations,
//! one token a request), fails where it is told to, and says in its feed whatever it is told to.

use crate::fixture::{START, TestClock};
use async_trait::async_trait;
use postern_desk::portal::{Answer, Exchange, ExchangeError, Request};
use postern_protocol::{
    base64url::{Bytes, FixedBytes},
    desk_token,
    digest::{Digest, sha256},
    error_code::{ErrorCode, Problem},
    id::{ClinicId, LinkId, RecordId},
    keys::{PublicKey, SigningKeyPair},
    opaque::server::Setup,
    receipt::{self, AuditHead, FIRST_PREV, Receipt},
    time::{Clock, Timestamp},
    wire::{
        desk_links::{DeskLinkState, EnvelopeRequest, LinkRequest, LinkStatus, SlotRequest},
        desk_policies::{PolicyRequest, PolicyStatus},
        desk_registration::{RegistrationRequest, RegistrationResponse},
        desk_sync::SyncRequest,
        session::Done,
    },
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

pub const ORIGIN: &str = "https://door.oak.example";

/// Where a call breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The portal never got it.
    Before,
    /// It was done, and the answer was lost.
    After,
}

pub struct Link {
    pub request: LinkRequest,
    pub slots: BTreeMap<u16, SlotRequest>,
    pub envelopes: Vec<EnvelopeRequest>,
    pub evaluations: BTreeMap<u16, u32>,
    pub state: DeskLinkState,
}

pub struct Inside {
    pub setup: Setup,
    pub signing: SigningKeyPair,
    pub desk_key: Option<PublicKey>,
    pub clinic: ClinicId,
    pub epoch: FixedBytes<16>,
    pub links: BTreeMap<LinkId, Link>,
    pub events: Vec<Value>,
    pub calls: Vec<String>,
    pub syncs: Vec<SyncRequest>,
    /// By `kind/version/language`.
    pub policies: BTreeMap<String, String>,
    /// The call of this number (from 0) breaks off.
    pub fault: Option<(usize, Break)>,
    /// No call is answered.
    pub down: bool,
    tokens: BTreeSet<[u8; 16]>,
    chains: BTreeMap<LinkId, (u32, Digest)>,
}

pub struct Portal {
    inside: Mutex<Inside>,
    clock: Arc<TestClock>,
}

impl Portal {
    pub fn new(clock: Arc<TestClock>) -> Arc<Self> {
        let mut rng = ChaCha20Rng::seed_from_u64(77);
        let inside = Inside {
            setup: Setup::generate(&mut rng),
            signing: SigningKeyPair::generate(&mut rng),
            desk_key: None,
            clinic: ClinicId::new("oak").unwrap(),
            epoch: FixedBytes([1; 16]),
            links: BTreeMap::new(),
            events: Vec::new(),
            calls: Vec::new(),
            syncs: Vec::new(),
            policies: BTreeMap::new(),
            fault: None,
            down: false,
            tokens: BTreeSet::new(),
            chains: BTreeMap::new(),
        };
        Arc::new(Self { inside: Mutex::new(inside), clock })
    }

    pub fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    /// Says something in the feed.
    pub fn say(&self, lid: &LinkId, what: Value) {
        let at = self.clock.now();
        let mut inside = self.inside();
        let n = inside.events.len() as u64 + 1;
        let mut event = json!({ "n": n, "at": at, "lid": lid });
        event.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        inside.events.push(event);
    }

    /// The receipt an honest portal gives for these bytes.
    pub fn receipt(&self, lid: &LinkId, rid: &RecordId, jwe: &str) -> String {
        let now = self.clock.now();
        let mut inside = self.inside();
        let (seq, prev) = inside.chains.get(lid).copied().unwrap_or((0, FIRST_PREV));
        let receipt = inside.make_receipt(lid, rid, jwe, seq + 1, prev, now);
        let digest = receipt::digest_of(&receipt);
        inside.chains.insert(*lid, (seq + 1, digest));
        receipt
    }

    /// A receipt of any number and past, under the portal's own key.
    pub fn forge_receipt(&self, lid: &LinkId, rid: &RecordId, jwe: &str, seq: u32, prev: Digest) -> String {
        let now = self.clock.now();
        self.inside().make_receipt(lid, rid, jwe, seq, prev, now)
    }

    pub fn say_record(&self, lid: &LinkId, rid: &RecordId, jwe: &str, receipt: &str) {
        self.say(lid, json!({ "kind": "record", "rid": rid, "jwe": jwe, "receipt": receipt }));
    }

    /// As after a restore from a backup that still held the first `events` events.
    pub fn restore(&self, events: usize) {
        let mut inside = self.inside();
        inside.epoch = FixedBytes([inside.epoch.0[0] + 1; 16]);
        inside.events.truncate(events);
        for (seq, _) in inside.chains.values_mut() {
            *seq = 0;
        }
    }

    fn answer(&self, request: &Request) -> Answer {
        let mut inside = self.inside();
        match inside.authorize(request, self.clock.now()).and_then(|()| inside.dispatch(request)) {
            Ok(body) => Answer { status: 200, body: serde_json::to_vec(&body).unwrap() },
            Err(code) => {
                Answer { status: code.status(), body: serde_json::to_vec(&Problem::from(code)).unwrap() }
            }
        }
    }
}

#[async_trait]
impl Exchange for Portal {
    async fn exchange(&self, request: Request) -> Result<Answer, ExchangeError> {
        let number = {
            let mut inside = self.inside();
            inside.calls.push(format!("{} {}", request.method, request.path));
            inside.calls.len() - 1
        };
        let (down, fault) = {
            let inside = self.inside();
            (inside.down, inside.fault)
        };
        let lost = || ExchangeError("the line is dead".into());
        if down || fault == Some((number, Break::Before)) {
            return Err(lost());
        }
        let answer = self.answer(&request);
        if fault == Some((number, Break::After)) { Err(lost()) } else { Ok(answer) }
    }
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, ErrorCode> {
    serde_json::from_slice(request.body.as_deref().unwrap_or_default()).map_err(|_| ErrorCode::MalformedBody)
}

fn value(answer: impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}

impl Inside {
    fn make_receipt(
        &mut self,
        lid: &LinkId,
        rid: &RecordId,
        jwe: &str,
        seq: u32,
        prev: Digest,
        received_at: Timestamp,
    ) -> String {
        let receipt = Receipt {
            iss: ORIGIN.into(),
            epoch: self.epoch,
            rid: *rid,
            lid: *lid,
            seq,
            sha256: sha256(jwe.as_bytes()),
            prev,
            received_at,
            audit: AuditHead { n: 1, head: FIRST_PREV },
        };
        receipt::sign(&self.signing, &receipt)
    }

    fn authorize(&mut self, request: &Request, now: Timestamp) -> Result<(), ErrorCode> {
        let token = request.authorization.strip_prefix("Desk ").ok_or(ErrorCode::AuthorizationMissing)?;
        let key = self.desk_key.ok_or(ErrorCode::DeskTokenRefused)?;
        let claims = desk_token::verify(token, &key, now).map_err(|_| ErrorCode::DeskTokenRefused)?;
        let fits = claims.iss == self.clinic
            && claims.aud == ORIGIN
            && claims.method == request.method
            && claims.path == request.path
            && claims.body_sha256 == sha256(request.body.as_deref().unwrap_or_default());
        if !fits {
            return Err(ErrorCode::DeskTokenRefused);
        }
        if self.tokens.insert(claims.jti.0) { Ok(()) } else { Err(ErrorCode::DeskTokenReplayed) }
    }

    fn link(&mut self, lid: &str) -> Result<&mut Link, ErrorCode> {
        let lid = lid.parse().map_err(|_| ErrorCode::MalformedParameter)?;
        self.links.get_mut(&lid).ok_or(ErrorCode::LinkUnknown)
    }

    fn dispatch(&mut self, request: &Request) -> Result<Value, ErrorCode> {
        let path = request.path.strip_prefix("/api/v1/desk/").ok_or(ErrorCode::NotFound)?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<&str> = path.split('/').collect();
        match (request.method, &parts[..]) {
            ("PUT", ["links", lid]) => self.put_link(lid, read(request)?),
            ("POST", ["registration", "start"]) => self.start_registration(&read(request)?),
            ("PUT", ["links", lid, "slots", slot]) => {
                let slot = slot.parse().map_err(|_| ErrorCode::MalformedParameter)?;
                self.put_slot(lid, slot, read(request)?)
            }
            ("POST", ["links", lid, "envelopes"]) => self.post_envelope(lid, read(request)?),
            ("POST", ["links", lid, end @ ("recall" | "close")]) => {
                let link = self.link(lid)?;
                link.state = if *end == "recall" { DeskLinkState::Recalled } else { DeskLinkState::Closed };
                Ok(value(status(link)))
            }
            ("POST", ["links", lid, "unlock"]) => {
                let link = self.link(lid)?;
                Ok(value(LinkStatus { max: 15, ..status(link) }))
            }
            ("PUT", ["policies", name @ ..]) => {
                let text = read::<PolicyRequest>(request)?.text;
                let known = self.policies.entry(name.join("/")).or_insert_with(|| text.clone());
                if *known != text {
                    return Err(ErrorCode::Conflict);
                }
                Ok(value(PolicyStatus { sha256: sha256(text.as_bytes()), published: START }))
            }
            ("POST", ["sync"]) => {
                self.syncs.push(read(request)?);
                Ok(value(Done {}))
            }
            ("GET", ["feed"]) => {
                let after: u64 = query
                    .split('&')
                    .find_map(|one| one.strip_prefix("after="))
                    .and_then(|after| after.parse().ok())
                    .ok_or(ErrorCode::MalformedParameter)?;
                let later = |event: &&Value| event["n"].as_u64().is_none_or(|n| n > after);
                let events: Vec<&Value> = self.events.iter().filter(later).collect();
                Ok(json!({ "epoch": self.epoch, "events": events, "more": false }))
            }
            _ => Err(ErrorCode::NotFound),
        }
    }

    fn put_link(&mut self, lid: &str, request: LinkRequest) -> Result<Value, ErrorCode> {
        let lid: LinkId = lid.parse().map_err(|_| ErrorCode::MalformedParameter)?;
        let link = self.links.entry(lid).or_insert_with(|| Link {
            request: request.clone(),
            slots: BTreeMap::new(),
            envelopes: Vec::new(),
            evaluations: BTreeMap::new(),
            state: DeskLinkState::New,
        });
        if link.request == request { Ok(value(status(link))) } else { Err(ErrorCode::Conflict) }
    }

    fn start_registration(&mut self, request: &RegistrationRequest) -> Result<Value, ErrorCode> {
        let (setup, clinic) = (self.setup.clone(), self.clinic.clone());
        let link = self.links.get_mut(&request.lid).ok_or(ErrorCode::LinkUnknown)?;
        let highest = link.slots.keys().max().copied().unwrap_or(0);
        let evaluations = link.evaluations.entry(request.slot).or_default();
        if request.slot <= highest || *evaluations >= 3 {
            return Err(ErrorCode::RegistrationClosed);
        }
        *evaluations += 1;
        let response = setup
            .registration(&clinic, &request.lid, request.slot, &request.request.0)
            .map_err(|_| ErrorCode::MalformedFactorMessage)?;
        Ok(value(RegistrationResponse { response: Bytes(response) }))
    }

    fn put_slot(&mut self, lid: &str, slot: u16, request: SlotRequest) -> Result<Value, ErrorCode> {
        let link = self.link(lid)?;
        match link.slots.get(&slot) {
            Some(known) if *known != request => return Err(ErrorCode::Conflict),
            Some(_) => {}
            None => {
                link.slots.insert(slot, request);
            }
        }
        Ok(value(status(link)))
    }

    fn post_envelope(&mut self, lid: &str, request: EnvelopeRequest) -> Result<Value, ErrorCode> {
        let link = self.link(lid)?;
        match link.state {
            DeskLinkState::Expired => return Err(ErrorCode::LinkExpired),
            DeskLinkState::Recalled => return Err(ErrorCode::LinkRecalled),
            DeskLinkState::Closed => return Err(ErrorCode::LinkClosed),
            DeskLinkState::New | DeskLinkState::Active | DeskLinkState::Locked => {}
        }
        match link.envelopes.iter().find(|one| one.mid == request.mid) {
            Some(known) if *known != request => return Err(ErrorCode::Conflict),
            Some(_) => {}
            None if request.n as usize != link.envelopes.len() + 1 => return Err(ErrorCode::Conflict),
            None => link.envelopes.push(request),
        }
        link.state = DeskLinkState::Active;
        Ok(value(status(link)))
    }
}

fn status(link: &Link) -> LinkStatus {
    LinkStatus { state: link.state, used: 0, max: 10 }
}
