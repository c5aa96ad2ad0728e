use super::{Answer, Kit, Sent};
use axum::http::Method;
use postern_protocol::{
    base64url::{Bytes, FixedBytes},
    digest::Digest,
    envelope::{own, record, slot},
    factor::{Factor, FactorKind},
    id::{RecordId, record_id},
    keys::PatientSigningKey,
    opaque::client::{FactorError, LoggedIn, Login},
    record::{Answerer, Record, RecordKind, Shown},
    wire::{
        authorization::Authorization,
        link_open::{OpenRequest, OpenResponse},
        records::{RecordRequest, RecordResponse},
        verify::{FinishRequest, FinishResponse, StartRequest, StartResponse},
    },
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::json;

/// A factor typed: OPAQUE's first message is made, nothing is sent yet.
pub struct Typed {
    pub request: StartRequest,
    login: Login,
    rng: ChaCha20Rng,
}

/// An open session.
pub struct Opened {
    pub header: String,
    pub token: FixedBytes<32>,
    pub finish: FinishRequest,
    pub response: FinishResponse,
}

impl Typed {
    pub fn new(kit: &Kit, sent: &Sent, factor: &Factor, slot: u16, seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let (login, ke1) = Login::start(&mut rng, &sent.keys, factor, &kit.oak.id);
        Self { request: StartRequest { slot, ke1: Bytes(ke1) }, login, rng }
    }

    /// What the app learns from KE2.
    pub fn learn(mut self, ke2: &[u8]) -> Result<LoggedIn, FactorError> {
        self.login.finish(&mut self.rng, ke2)
    }
}

impl Kit {
    pub async fn look(&self, sent: &Sent) -> Answer {
        self.post("link/open", &sent.header(), &OpenRequest {}).await
    }

    pub async fn tries_left(&self, sent: &Sent) -> u32 {
        self.look(sent).await.json::<OpenResponse>().tries_left
    }

    pub async fn start(&self, sent: &Sent, request: &StartRequest) -> Answer {
        self.post("verify/start", &sent.header(), request).await
    }

    pub async fn finish(&self, sent: &Sent, request: &FinishRequest) -> Answer {
        self.post("verify/finish", &sent.header(), request).await
    }

    /// Types a wrong date and waits for the answer.
    pub async fn type_wrong(&self, sent: &Sent, seed: u64) -> Answer {
        let wrong = super::sent::birth_date(1981, 1, 1);
        self.start(sent, &Typed::new(self, sent, &wrong, 1, seed).request).await
    }

    /// Types the right date; the third message is made and not sent.
    pub async fn prove(&self, sent: &Sent, slot: u16, seed: u64) -> (FinishRequest, LoggedIn) {
        let typed = Typed::new(self, sent, &sent.right, slot, seed);
        let started: StartResponse = self.start(sent, &typed.request).await.json();
        let done = typed.learn(&started.ke2.0).ok().unwrap();
        (FinishRequest { login: started.login, ke3: Bytes(done.ke3.clone()) }, done)
    }

    /// The whole way to an open session, which opens the message.
    pub async fn open(&self, sent: &Sent, seed: u64) -> Opened {
        let (finish, done) = self.prove(sent, 1, seed).await;
        let response: FinishResponse = self.finish(sent, &finish).await.json();
        let keys =
            slot::open(&response.slot, &done.export_key, &sent.secret, &sent.lid, 1, FactorKind::BirthDate);
        assert!(keys.unwrap().at(1) == Some(&sent.content));
        let header = Authorization::Session { lid: sent.lid, token: done.token }.to_header();
        Opened { header, token: done.token, finish, response }
    }

    /// A sealed answer with its own copy.
    pub fn answer(&mut self, sent: &Sent, seen: Option<Digest>) -> (RecordId, RecordRequest) {
        let rid = record_id(self.now(), &mut self.rng);
        let signer = PatientSigningKey::derive(&sent.content).unwrap();
        let record = Record {
            v: 1,
            rid,
            mid: sent.mid,
            lid: sent.lid,
            clinic: self.oak.id.clone(),
            kind: RecordKind::AppointmentResponse,
            by: Answerer::Patient,
            shown: Shown {
                mid: sent.mid,
                sha256: sent.shown,
                locale: "en".to_owned(),
                app: "test".to_owned(),
                page: None,
            },
            seen,
            replaces: None,
            at: self.now(),
            zone: "America/New_York".to_owned(),
            resource: json!({ "resourceType": "AppointmentResponse", "participantStatus": "accepted" }),
        };
        let clinic_key = self.oak.record_key.public();
        let sealed = record::seal(&mut self.rng, &signer, &clinic_key, &record);
        let own = own::seal(&mut self.rng, &sent.content, &rid, &record);
        (rid, RecordRequest { record: sealed.jwe, own, level: 1 })
    }

    pub async fn put(&self, opened: &Opened, rid: &RecordId, request: &RecordRequest) -> Answer {
        self.app(Method::PUT, &format!("records/{rid}"), &opened.header, request).await
    }

    /// Answers once; gives the receipt.
    pub async fn put_answer(&mut self, sent: &Sent, opened: &Opened) -> String {
        let (rid, request) = self.answer(sent, None);
        self.put(opened, &rid, &request).await.json::<RecordResponse>().receipt
    }
}
