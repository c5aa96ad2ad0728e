//! The whole path through a real portal over HTTP: text, birth date, message, answer, receipt, inbox; recall; a restart.

use crate::fixture::{BIRTH_DATE, START, TestClock, clinic, visit};
use postern_desk::{
    Desk, Unlock,
    enrolment::PortalPin,
    inbox::MessageState,
    portal::{Answer, Exchange, HttpExchange, PortalClient, Request},
    rng::SharedRng,
    send::{Content, SendRequest},
    transport::FileTransport,
};
use postern_portal::Portal;
use postern_protocol::{
    base64url::Bytes,
    derive::{ContentKey, LinkKeys},
    envelope::{
        link_record::{self, LinkRecord, LinkRecordKind},
        message, own, record, slot,
    },
    error_code::{ErrorCode, Problem},
    factor::{BirthDate, Factor, FactorKind},
    id::{self, ClinicId},
    keys::PatientSigningKey,
    link,
    opaque::client::{FactorError, Login},
    record::{Answerer, Record, RecordKind, Shown},
    wire::{
        authorization::Authorization,
        link_open::{OpenRequest, OpenResponse},
        link_records::LinkRecordRequest,
        records::{RecordRequest, RecordResponse},
        session::{SeenEvent, SeenRequest},
        verify::{FinishRequest, FinishResponse, StartRequest, StartResponse},
    },
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

struct Serving {
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

pub struct World {
    folder: TempDir,
    pub clock: Arc<TestClock>,
    pub desk: Desk,
    pub origin: String,
    serving: Serving,
    pub rng: ChaCha20Rng,
}

async fn serve(folder: &Path, clock: Arc<TestClock>, listener: TcpListener) -> Serving {
    let entropy = Box::new(ChaCha20Rng::seed_from_u64(5));
    let portal = Portal::open(folder, clock, entropy).await.unwrap().with_any_host();
    let (stop, stopped) = oneshot::channel::<()>();
    let done = tokio::spawn(async move {
        let shutdown = async {
            let _ = stopped.await;
        };
        portal.serve(listener, None, axum::Router::new(), shutdown).await.unwrap();
    });
    Serving { stop, done }
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::at(START));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (portal_folder, desk_folder) = (folder.path().join("portal"), folder.path().join("desk"));
        Portal::init(&portal_folder, &origin, Box::new(ChaCha20Rng::seed_from_u64(3))).unwrap();
        let unlock = Unlock::KeyFile(desk_folder.join("vault.key"));
        let rng = SharedRng::new(ChaCha20Rng::seed_from_u64(4));
        let desk =
            Desk::init(&desk_folder, clinic(), &unlock, clock.clone(), rng, "front desk").await.unwrap();
        let portal = Portal::open(&portal_folder, clock.clone(), Box::new(ChaCha20Rng::seed_from_u64(6)))
            .await
            .unwrap();
        // Through files, as in a real clinic.
        let enrolment = serde_json::to_string(&desk.enrolment()).unwrap();
        let pin = portal.enrol(&serde_json::from_str(&enrolment).unwrap()).await.unwrap();
        let pin: PortalPin = serde_json::from_str(&serde_json::to_string(&pin).unwrap()).unwrap();
        portal.close().await;
        desk.pin(&pin).await.unwrap();
        let ana = crate::fixture::patient("p-1", "Ana Example", Some("+12025550143"), Some(BIRTH_DATE));
        desk.import_patients(&ana.to_string()).await.unwrap();
        crate::fixture::at_the_counter(&desk).await;
        let serving = serve(&portal_folder, clock.clone(), listener).await;
        Self { folder, clock, desk, origin, serving, rng: ChaCha20Rng::seed_from_u64(8) }
    }

    pub async fn client(&self) -> PortalClient {
        self.desk.portal(Arc::new(HttpExchange::new(&self.origin).unwrap())).await.unwrap()
    }

    async fn send(&self) -> String {
        self.send_by(FactorKind::BirthDate).await
    }

    /// A visit on a link that is opened by this factor; the text.
    pub async fn send_by(&self, policy: FactorKind) -> String {
        let request = SendRequest { policy, ..SendRequest::new("p-1", Content::Appointment(visit())) };
        let transport = self.transport();
        let sent = self.desk.send(&self.client().await, &transport, &request).await.unwrap();
        self.text(sent.n)
    }

    pub fn transport(&self) -> FileTransport {
        FileTransport::in_state(self.desk.state())
    }

    /// The text that the transport took under a number.
    pub fn text(&self, n: i64) -> String {
        let file = std::fs::read(self.transport().folder().join(format!("{n}.json"))).unwrap();
        serde_json::from_slice::<Value>(&file).unwrap()["text"].as_str().unwrap().to_owned()
    }

    pub async fn read_feed(&self) -> postern_desk::feed::Polled {
        self.desk.read_feed(&self.client().await, Duration::ZERO).await.unwrap()
    }

    pub async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        path: &str,
        authorization: &Authorization,
        body: &impl Serialize,
    ) -> Result<T, ErrorCode> {
        let request = Request {
            method,
            path: format!("/api/v1/{path}"),
            authorization: authorization.to_header(),
            body: Some(serde_json::to_vec(body).unwrap()),
            patience: Duration::from_secs(10),
        };
        let Answer { status, body } =
            HttpExchange::new(&self.origin).unwrap().exchange(request).await.unwrap();
        if status == 200 {
            Ok(serde_json::from_slice(&body).unwrap())
        } else {
            Err(serde_json::from_slice::<Problem>(&body).unwrap().code)
        }
    }

    /// Types a birth date; the session's token and everything it opens.
    async fn verify(&mut self, text: &str, birth_date: &str) -> Result<Session, FactorError> {
        self.prove(text, Factor::BirthDate(BirthDate::parse(birth_date).unwrap())).await
    }

    /// Types what the link's newest slot of that kind asks for.
    pub async fn prove(&mut self, text: &str, factor: Factor) -> Result<Session, FactorError> {
        let secret = link::find_in_text(text).unwrap();
        let keys = LinkKeys::derive(&secret);
        let holder = Authorization::Link { lid: keys.lid, claim: keys.claim };
        let open: OpenResponse = self.call("POST", "link/open", &holder, &OpenRequest {}).await.unwrap();
        let kind = factor.kind();
        let slot = open.slots.iter().rfind(|slot| slot.factor == kind).unwrap().slot;
        let (login, ke1) = Login::start(&mut self.rng, &keys, &factor, &open.clinic.id);
        let start = StartRequest { slot, ke1: Bytes(ke1) };
        let started: StartResponse = self.call("POST", "verify/start", &holder, &start).await.unwrap();
        let done = login.finish(&mut self.rng, &started.ke2.0)?;
        let finish = FinishRequest { login: started.login, ke3: Bytes(done.ke3.clone()) };
        let opened: FinishResponse = self.call("POST", "verify/finish", &holder, &finish).await.unwrap();
        let content_keys =
            slot::open(&opened.slot, &done.export_key, &secret, &keys.lid, slot, kind).unwrap();
        let content_key = content_keys.at(1).unwrap().clone();
        let session = Authorization::Session { lid: keys.lid, token: done.token };
        Ok(Session { keys, holder, session, content_key, opened })
    }

    /// Confirms the visit; gives the receipt.
    pub async fn confirm(&mut self, session: &Session) -> String {
        let envelope = &session.opened.envelopes[0];
        let read =
            message::open::<postern_json::Value>(&envelope.jwe, &session.content_key, &envelope.mid).unwrap();
        let seen =
            SeenRequest { mid: envelope.mid, shown: read.plaintext_sha256, event: SeenEvent::Read, ms: 7 };
        let _: Value = self.call("POST", "session/seen", &session.session, &seen).await.unwrap();
        let answer = Record {
            v: 1,
            rid: id::record_id(self.desk.now(), &mut self.rng),
            mid: envelope.mid,
            lid: session.keys.lid,
            clinic: ClinicId::new("oak").unwrap(),
            kind: RecordKind::AppointmentResponse,
            by: Answerer::Patient,
            shown: Shown {
                mid: envelope.mid,
                sha256: read.plaintext_sha256,
                locale: "en".into(),
                app: "test".into(),
                page: None,
            },
            seen: None,
            replaces: None,
            at: self.desk.now(),
            zone: "America/New_York".into(),
            resource: crate::patient::accepted(),
        };
        let signer = PatientSigningKey::derive(&session.content_key).unwrap();
        let sealed = record::seal(&mut self.rng, &signer, &read.message.clinic.key, &answer);
        let own = own::seal(&mut self.rng, &session.content_key, &answer.rid, &answer);
        let request = RecordRequest { record: sealed.jwe, own, level: 1 };
        let path = format!("records/{}", answer.rid);
        let response: RecordResponse = self.call("PUT", &path, &session.session, &request).await.unwrap();
        response.receipt
    }

    async fn restart_portal(self) -> Self {
        let _ = self.serving.stop.send(());
        self.serving.done.await.unwrap();
        let address = self.origin.trim_start_matches("http://");
        let listener = TcpListener::bind(address).await.unwrap();
        let serving = serve(&self.folder.path().join("portal"), self.clock.clone(), listener).await;
        Self { serving, ..self }
    }
}

pub struct Session {
    keys: LinkKeys,
    holder: Authorization,
    session: Authorization,
    content_key: ContentKey,
    opened: FinishResponse,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_text_to_the_booked_answer_through_a_real_portal() {
    let mut world = World::new().await;
    let text = world.send().await;
    assert!(matches!(world.verify(&text, "1980-04-13").await, Err(FactorError::Wrong)));
    let session = world.verify(&text, BIRTH_DATE).await.unwrap();
    let receipt = world.confirm(&session).await;
    let polled = world.read_feed().await;
    assert_eq!((polled.records, polled.incidents), (1, 0));
    let inbox = world.desk.inbox().await.unwrap();
    assert_eq!(inbox.messages[0].state, MessageState::Answered);
    assert_eq!(inbox.messages[0].read_ms, 7);
    let answer = &inbox.records[0];
    assert!(answer.signature_valid && answer.receipt_valid);
    assert_eq!(answer.receipt_code, postern_protocol::record_code::of(&receipt));
    assert!(world.desk.newest_audit_head().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recalled_link_opens_nothing_and_says_so() {
    let mut world = World::new().await;
    let text = world.send().await;
    let session = world.verify(&text, BIRTH_DATE).await.unwrap();
    let lid = session.keys.lid.to_text();
    world.desk.recall(&world.client().await, &lid).await.unwrap();
    let seen =
        world.call::<OpenResponse>("POST", "link/open", &session.holder, &OpenRequest {}).await.unwrap();
    assert_eq!(serde_json::to_value(seen.state).unwrap(), "recalled");
    let start = StartRequest { slot: 1, ke1: Bytes(vec![0; 98]) };
    let refused = world.call::<Value>("POST", "verify/start", &session.holder, &start).await;
    assert_eq!(refused, Err(ErrorCode::LinkRecalled));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn this_is_not_me_recalls_the_link_at_the_portal_as_soon_as_the_desk_hears() {
    let mut world = World::new().await;
    let text = world.send().await;
    let keys = LinkKeys::derive(&link::find_in_text(&text).unwrap());
    let holder = Authorization::Link { lid: keys.lid, claim: keys.claim };
    let said = LinkRecord {
        v: 1,
        rid: id::record_id(world.desk.now(), &mut world.rng),
        lid: keys.lid,
        clinic: ClinicId::new("oak").unwrap(),
        kind: LinkRecordKind::WrongPerson,
        scope: None,
        at: world.desk.now(),
    };
    let request = LinkRecordRequest { jws: link_record::seal(&keys.link_mac, &said) };
    let _: Value = world.call("POST", "link/records", &holder, &request).await.unwrap();
    assert_eq!(world.read_feed().await.link_records, 1);
    let open: OpenResponse = world.call("POST", "link/open", &holder, &OpenRequest {}).await.unwrap();
    assert_eq!(serde_json::to_value(open.state).unwrap(), "recalled");
    let request = SendRequest::new("p-1", Content::Appointment(visit()));
    assert_eq!(world.desk.dry_run(&request).await.unwrap().refusals[0].code, "number-reported");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_portal_loses_nothing_and_books_nothing_twice() {
    let mut world = World::new().await;
    let text = world.send().await;
    let session = world.verify(&text, BIRTH_DATE).await.unwrap();
    world.confirm(&session).await;
    let mut world = world.restart_portal().await;
    assert_eq!(world.read_feed().await.records, 1);
    let session = world.verify(&text, BIRTH_DATE).await.unwrap();
    world.confirm(&session).await;
    let world = world.restart_portal().await;
    assert_eq!(world.read_feed().await.records, 1);
    let inbox = world.desk.inbox().await.unwrap();
    assert_eq!((inbox.records.len(), inbox.incidents.len()), (2, 0));
    assert_eq!(inbox.records[1].seq, 2);
}
