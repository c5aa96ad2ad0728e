//! A portal in a folder of its own, with a desk and a patient to call it. Unit tests and integration tests share it.
#![allow(dead_code, unused_imports, unused_macros, reason = "each test binary uses its part")]
#![allow(clippy::unwrap_used, missing_docs, reason = "test code outside of a test module")]

mod answer;
mod clock;
mod code;
mod engines;
pub mod files;
pub mod http;
mod node;
mod parallel;
mod patient;
pub mod postgres;
mod sent;
pub mod thief;

pub use answer::Answer;
pub use clock::MovableClock;
pub use code::code;
pub(crate) use engines::on_both_engines;
pub use node::Node;
pub use parallel::in_parallel;
pub use patient::{Opened, Typed};
pub use sent::{Sent, birth_date};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use postern_portal::{Enrolment, Limits, Portal, PortalPin, Running, SharedStores, Sizes};
use postern_protocol::{
    desk_token::{self, DeskClaims},
    digest::sha256,
    id::{ClinicId, random_id},
    keys::{ClinicKeyPair, SigningKeyPair},
    time::{Clock, Timestamp},
    wire::link_open::PublicClinic,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;
use tower::ServiceExt;

pub const ORIGIN: &str = "https://door.oak.example";
pub const HOST: &str = "door.oak.example";

/// A clinic's own side.
pub struct Clinic {
    pub id: ClinicId,
    pub host: String,
    pub desk_key: SigningKeyPair,
    pub record_key: ClinicKeyPair,
    pub pin: PortalPin,
}

/// Stores that many nodes reach.
pub struct Shared {
    pub database: postgres::Database,
    pub keys: TempDir,
}

impl Shared {
    pub async fn new() -> Self {
        Self { database: postgres::Server::get().database().await, keys: tempfile::tempdir().unwrap() }
    }

    pub fn stores(&self) -> SharedStores {
        SharedStores { store: self.database.address(), link_keys: self.keys.path().to_owned() }
    }
}

pub struct Kit {
    pub folder: TempDir,
    pub clock: Arc<MovableClock>,
    pub rng: ChaCha20Rng,
    pub oak: Clinic,
    pub portal: Portal,
    pub running: Running,
    pub router: Router,
    pub shared: Option<Shared>,
    app: Option<PathBuf>,
    starts: u64,
}

pub fn public(id: &str) -> PublicClinic {
    PublicClinic {
        id: ClinicId::new(id).unwrap(),
        name: format!("The {id} clinic"),
        phone: "(555) 010-0100".to_owned(),
        phone_e164: "+15550100100".to_owned(),
        emergency: "911".to_owned(),
        address: String::new(),
        hours: String::new(),
        accent: "#0a5c4a".to_owned(),
    }
}

impl Kit {
    pub async fn new() -> Self {
        Self::with_app(None).await
    }

    pub async fn with_app(app: Option<&Path>) -> Self {
        Self::made(app, None).await
    }

    /// On PostgreSQL, with the link keys in a folder for all nodes.
    pub async fn shared() -> Self {
        Self::made(None, Some(Shared::new().await)).await
    }

    async fn made(app: Option<&Path>, shared: Option<Shared>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(MovableClock::at(Timestamp(1_795_000_000_000)));
        let entropy = Box::new(ChaCha20Rng::seed_from_u64(1));
        match &shared {
            None => Portal::init(folder.path(), ORIGIN, entropy).unwrap(),
            Some(shared) => Portal::init_shared(folder.path(), ORIGIN, shared.stores(), entropy).unwrap(),
        }
        let portal = open(folder.path(), &clock, 2).await;
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let oak = enrol(&portal, &mut rng, "oak", None).await;
        let running = portal.start(app).await.unwrap();
        let router = running.router(Router::new());
        Self {
            folder,
            clock,
            rng,
            oak,
            portal,
            running,
            router,
            shared,
            app: app.map(Path::to_owned),
            starts: 2,
        }
    }

    /// Another clinic on a host of its own.
    pub async fn enrol(&mut self, id: &str) -> Clinic {
        enrol(&self.portal, &mut self.rng, id, Some(format!("door.{id}.example"))).await
    }

    /// Stops the portal and starts it again on the same folder.
    pub async fn restart(&mut self) {
        self.portal.close().await;
        // The operating system never repeats itself either.
        self.starts += 1;
        self.portal = open(self.folder.path(), &self.clock, self.starts).await;
        self.running = self.portal.start(self.app.as_deref()).await.unwrap();
        self.router = self.running.router(Router::new());
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.pass(seconds);
    }

    pub async fn sweep(&self) {
        self.running.sweep().await.unwrap();
    }

    /// What the metrics' own listener answers.
    pub async fn metrics(&self) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = Answer::of(self.running.metrics().oneshot(request).await.unwrap()).await;
        assert_eq!(answer.status, 200);
        String::from_utf8(answer.body).unwrap()
    }

    pub async fn call(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A call of the app.
    pub async fn app(
        &self,
        method: Method,
        path: &str,
        authorization: &str,
        body: &impl Serialize,
    ) -> Answer {
        self.call(self.app_request(method, path, authorization, body)).await
    }

    pub fn app_request(
        &self,
        method: Method,
        path: &str,
        authorization: &str,
        body: &impl Serialize,
    ) -> Request<Body> {
        Request::builder()
            .method(method)
            .uri(format!("/api/v1/{path}"))
            .header(header::HOST, &self.oak.host)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(serde_json::to_vec(body).unwrap()))
            .unwrap()
    }

    pub async fn post(&self, path: &str, authorization: &str, body: &impl Serialize) -> Answer {
        self.app(Method::POST, path, authorization, body).await
    }

    /// A call of the oak clinic's desk.
    pub async fn desk(&mut self, method: Method, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).unwrap();
        let token = self.token(&method, &format!("/api/v1/desk/{path}"), &body);
        self.call(desk_request(method, path, &token, body)).await
    }

    /// A token of the oak clinic's desk.
    pub fn token(&mut self, method: &Method, path: &str, body: &[u8]) -> String {
        let claims = self.claims(method, path, body);
        desk_token::sign(&self.oak.desk_key, &claims)
    }

    pub fn claims(&mut self, method: &Method, path: &str, body: &[u8]) -> DeskClaims {
        DeskClaims {
            iss: self.oak.id.clone(),
            aud: ORIGIN.to_owned(),
            iat: self.now().seconds(),
            jti: random_id(&mut self.rng),
            method: method.to_string(),
            path: path.to_owned(),
            body_sha256: sha256(body),
        }
    }

    /// The whole feed after a cursor.
    pub async fn feed(&mut self, after: u64) -> postern_protocol::wire::desk_feed::FeedPage {
        let path = format!("feed?after={after}&wait=0");
        let token = self.token(&Method::GET, &format!("/api/v1/desk/{path}"), b"");
        self.call(desk_request(Method::GET, &path, &token, Vec::new())).await.json()
    }

    /// What the feed says happened, by name.
    pub async fn told(&mut self) -> Vec<String> {
        let page = self.feed(0).await;
        let kind = |event| serde_json::to_value(event).unwrap()["kind"].as_str().unwrap().to_owned();
        page.events.iter().map(kind).collect()
    }
}

pub fn desk_request(method: Method, path: &str, token: &str, body: Vec<u8>) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(format!("/api/v1/desk/{path}"))
        .header(header::HOST, HOST)
        .header(header::AUTHORIZATION, format!("Desk {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .unwrap()
}

async fn open(folder: &Path, clock: &Arc<MovableClock>, seed: u64) -> Portal {
    let entropy = Box::new(ChaCha20Rng::seed_from_u64(seed));
    let password = Some(postgres::password());
    let portal = Portal::open_with_password(folder, clock.clone(), entropy, password).await.unwrap();
    // A test calls as often as it needs; what limits do has tests of its own.
    let sizes = Sizes { calls: 4096, ..Sizes::default() };
    portal.with_limits(Limits { sizes, ..Limits::default().without_rates() })
}

async fn enrol(portal: &Portal, rng: &mut ChaCha20Rng, id: &str, host: Option<String>) -> Clinic {
    let desk_key = SigningKeyPair::generate(rng);
    let enrolment = Enrolment { clinic: public(id), host: host.clone(), desk_key: desk_key.public() };
    let pin = portal.enrol(&enrolment).await.unwrap();
    let host = host.unwrap_or_else(|| HOST.to_owned());
    Clinic { id: enrolment.clinic.id, host, desk_key, record_key: ClinicKeyPair::generate(rng), pin }
}
