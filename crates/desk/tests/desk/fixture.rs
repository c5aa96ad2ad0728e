//! A clinic with one patient, its state folder, its portal.

use crate::portal::{ORIGIN, Portal};
use postern_desk::{
    Clinic, Desk, Unlock,
    enrolment::PortalPin,
    portal::PortalClient,
    rng::SharedRng,
    rules::confirm::Agreed,
    send::{Content, SendRequest, Sent},
    transport::{FileTransport, file::OutboxFile},
};
use postern_protocol::{
    category::Category,
    time::{Clock, Timestamp},
    wire::desk_policies::PolicyKind,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;

pub const START: Timestamp = Timestamp(1_795_000_000_000);
pub const NAME: &str = "Ana Canaryexample";
pub const NUMBER: &str = "+12025550143";
pub const BIRTH_DATE: &str = "1980-04-12";

pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    pub fn forward(&self, seconds: i64) {
        self.forward_millis(seconds * 1000);
    }

    pub fn forward_millis(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

pub struct Fixture {
    pub folder: TempDir,
    pub clock: Arc<TestClock>,
    pub portal: Arc<Portal>,
    pub desk: Desk,
    seeds: AtomicU64,
}

fn rng(seed: u64) -> SharedRng {
    SharedRng::new(ChaCha20Rng::seed_from_u64(seed))
}

pub fn clinic_toml() -> String {
    let clinic = "id = \"oak\"\nname = \"Oak Street Clinic\"\nphone = \"(202) 555-0100\"\ncountry = \"US\"\nzone = \"Etc/UTC\"\naccent = \"#1d5c4d\"\n\
        [texting]\nlegal_name = \"Oak Street Clinic LLC\"\ntexts_a_month = 8\nmarketing_a_month = 2\n\
        policies = { texting = \"1\", terms = \"2026-11\", privacy = \"2026-10\" }";
    clinic.to_owned()
}

pub fn clinic() -> Clinic {
    Clinic::from_toml(&clinic_toml()).unwrap()
}

pub fn patient(id: &str, name: &str, number: Option<&str>, birth_date: Option<&str>) -> Value {
    let telecom: Vec<Value> =
        number.into_iter().map(|number| json!({"system": "sms", "value": number})).collect();
    let mut patient =
        json!({"resourceType": "Patient", "id": id, "name": [{"text": name}], "telecom": telecom});
    if let Some(birth_date) = birth_date {
        patient["birthDate"] = json!(birth_date);
    }
    patient
}

pub fn visit() -> Value {
    json!({"resourceType": "Appointment", "id": "visit-1", "status": "booked", "description": "Check-up",
        "start": "2026-11-30T10:00:00-05:00",
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "America/New_York"}],
        "participant": [{"actor": {"display": "Dr Example"}, "status": "accepted"}]})
}

/// The patient read their number back and agreed to texts about care: nothing is counted.
pub async fn at_the_counter(desk: &Desk) {
    let categories = vec![Category::Appointments, Category::Messages, Category::Forms];
    let agreed = Agreed { categories, paper: "folder 7".into() };
    desk.confirm_number("p-1", "read back at the counter", Some(&agreed)).await.unwrap();
}

impl Fixture {
    pub async fn new() -> Self {
        Self::with(clinic()).await
    }

    /// Of a clinic that says no zone.
    pub async fn nowhere() -> Self {
        Self::with(Clinic { zone: None, ..clinic() }).await
    }

    pub async fn with(clinic: Clinic) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::at(START));
        let portal = Portal::new(clock.clone());
        let unlock = Unlock::KeyFile(folder.path().join("vault.key"));
        let desk =
            Desk::init(folder.path(), clinic, &unlock, clock.clone(), rng(1), "front desk").await.unwrap();
        portal.inside().desk_key = Some(desk.enrolment().desk_key);
        let keys = vec![portal.inside().signing.public()];
        desk.pin(&PortalPin { origin: ORIGIN.into(), link_origin: None, keys }).await.unwrap();
        let ana = patient("p-1", NAME, Some(NUMBER), Some(BIRTH_DATE));
        desk.import_patients(&ana.to_string()).await.unwrap();
        at_the_counter(&desk).await;
        Self { folder, clock, portal, desk, seeds: AtomicU64::new(2) }
    }

    /// As after a crash: everything in memory is gone, another generator goes on.
    pub async fn restart(&mut self) {
        self.desk.shut().await;
        let unlock = Unlock::KeyFile(self.folder.path().join("vault.key"));
        let seed = self.seeds.fetch_add(1, Ordering::SeqCst);
        self.desk = Desk::open(self.folder.path(), &unlock, self.clock.clone(), rng(seed)).await.unwrap();
    }

    /// The clinic's own texts stand at the portal in these versions.
    pub async fn publish(&self) {
        let policies = self.desk.clinic().texting.clone().unwrap().policies;
        let (client, language) = (self.client().await, "en".parse().unwrap());
        for kind in PolicyKind::ALL {
            let text = format!("# Our {}\n\nWe text you.", kind.as_str());
            self.desk.publish_policy(&client, kind, policies.version(kind), &language, &text).await.unwrap();
        }
    }

    pub async fn client(&self) -> PortalClient {
        self.desk.portal(self.portal.clone()).await.unwrap()
    }

    pub fn transport(&self) -> FileTransport {
        FileTransport::in_state(self.folder.path())
    }

    pub fn request(&self) -> SendRequest {
        SendRequest::new("p-1", Content::Appointment(visit()))
    }

    pub async fn send(&self) -> Sent {
        self.desk.send(&self.client().await, &self.transport(), &self.request()).await.unwrap()
    }

    /// The texts in the outbox, by number.
    pub fn texts(&self) -> Vec<OutboxFile> {
        let mut files: Vec<PathBuf> = match fs::read_dir(self.transport().folder()) {
            Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
            Err(_) => Vec::new(),
        };
        files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        files.iter().map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
    }

    pub async fn read_feed(&self) -> postern_desk::feed::Polled {
        let client = self.client().await;
        loop {
            let polled = self.desk.read_feed(&client, Duration::ZERO).await.unwrap();
            if !polled.more {
                return polled;
            }
        }
    }

    pub async fn reasons(&self) -> Vec<String> {
        let inbox = self.desk.inbox().await.unwrap();
        inbox.incidents.into_iter().filter(|one| one.resolved_at.is_none()).map(|one| one.reason).collect()
    }
}
