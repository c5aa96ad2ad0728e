//! A whole house for a test: the real executable serves as the portal, in its own process, with its log in a file; the desk
//! is driven as a library, or by the executable too.
//!
//! Other tests take it in with `#[path = "…/house/mod.rs"] mod house;`.

#![allow(dead_code, reason = "each test takes what it needs")]

pub mod scan;

use postern_desk::{
    desk::{Desk, KEY_FILE},
    portal::{HttpExchange, PortalClient},
    rng::SharedRng,
    rules::confirm::Agreed,
    send::{Content, SendRequest, Sent},
    transport::{FileTransport, file::OutboxFile},
    vault::Unlock,
};
use postern_protocol::{category::Category, time::Clock};
use rand_core::OsRng;
use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// The clinic of the tests.
pub const CLINIC: &str = r##"
id = "oak"
name = "Oak Street Clinic"
phone = "(202) 555-0143"
country = "US"
accent = "#1d5c4d"
"##;

/// Patients of a test answer a hundred times a second; what limits do has tests of its own.
pub const NO_RATES: [&str; 6] = ["--limit-link", "off", "--limit-clinic", "off", "--limit-desk", "off"];

/// A patient as a record system exports them.
pub fn patient(id: &str, name: &str, birth_date: &str, number: &str) -> serde_json::Value {
    serde_json::json!({
        "resourceType": "Patient",
        "id": id,
        "extension": [{ "url": postern_fhir::datatype::TIMEZONE_URL, "valueCode": by_day() }],
        "name": [{ "text": name }],
        "telecom": [{ "system": "sms", "value": number }],
        "birthDate": birth_date,
    })
}

/// A message with a text and a visit, twenty days ahead.
pub fn visit_bundle(text: &str) -> serde_json::Value {
    let day = crate::patient::now().plus_seconds(20 * 86_400).0;
    serde_json::json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "resource": {
            "resourceType": "Communication", "status": "completed",
            "topic": { "text": "Please confirm your visit" }, "payload": [{ "contentString": text }] } },
        { "resource": {
            "resourceType": "Appointment", "id": "visit-1", "status": "booked",
            "extension": [{ "url": postern_fhir::datatype::TIMEZONE_URL, "valueCode": "America/New_York" }],
            "start": postern_fhir::instant::to_text(day), "minutesDuration": 30, "description": "Check-up",
            "participant": [
                { "actor": { "type": "Patient" }, "status": "needs-action" },
                { "actor": { "display": "Dr. Example" }, "status": "accepted" }] } },
    ]})
}

/// A zone where it is between two and three in the afternoon: what these tests send is inside the hours whenever they run.
fn by_day() -> String {
    let hour = postern_desk::clock::SystemClock.now().seconds().div_euclid(3600).rem_euclid(24);
    if hour < 14 { format!("Etc/GMT-{}", 14 - hour) } else { format!("Etc/GMT+{}", hour - 14) }
}

/// Imports patients who read their numbers back and agreed on paper to texts about care: nothing of it is counted.
pub async fn import(desk: &Desk, people: &serde_json::Value) {
    desk.import_patients(&people.to_string()).await.expect("the patients are imported");
    let categories = vec![Category::Appointments, Category::Messages, Category::Forms];
    let agreed = Agreed { categories, paper: "folder 7".into() };
    for person in people.as_array().expect("a list") {
        let id = person["id"].as_str().expect("an id");
        desk.confirm_number(id, "read back", Some(&agreed)).await.expect("the number is confirmed");
    }
}

/// A patient read their number back at the counter and agreed on paper to texts about care; by the command.
pub fn at_the_counter(state: &str, patient: &str) {
    let agreed = ["--agreed", "appointments,messages,forms", "--paper", "folder 7"];
    let mut arguments =
        vec!["number", "confirm", "--state", state, "--patient", patient, "--how", "read back"];
    arguments.extend(agreed);
    done(&arguments);
}

/// The executable's folders, a running portal, an open desk.
pub struct House {
    /// Everything is in here.
    pub folder: TempDir,
    /// Where the portal is.
    pub origin: String,
    listen: SocketAddr,
    portal: Option<Child>,
}

/// A command of the executable.
pub fn postern(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postern"));
    command.args(arguments).stdin(Stdio::null());
    for variable in ["POSTERN_STATE", "POSTERN_STAFF", "POSTERN_VAULT_KEY", "POSTERN_VAULT_PASSPHRASE"] {
        command.env_remove(variable);
    }
    command
}

/// Runs a command to its end.
pub fn run(arguments: &[&str]) -> Output {
    postern(arguments).output().expect("the executable starts")
}

/// Runs a command that must succeed; its standard output.
pub fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "postern {arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("output is text")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a test's path is text")
}

/// An address that nobody listens at.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

impl House {
    /// Makes portal and desk by the executable's own commands, and starts the portal.
    pub fn build() -> Self {
        let listen = free_address();
        Self::build_behind(format!("http://{listen}"), listen)
    }

    /// The same, reached at another origin than the portal listens at: something of the test's stands in between.
    pub fn build_behind(origin: String, listen: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut house = Self { folder, origin, listen, portal: None };
        let clinic = house.file("clinic.toml", CLINIC);
        done(&["portal", "init", "--state", text(&house.portal_state()), "--origin", &house.origin]);
        done(&["desk", "init", "--state", text(&house.desk_state()), "--clinic", text(&clinic)]);
        let enrolment = house.desk_state().join("enrolment.json");
        let pin = done(&["portal", "enrol", "--state", text(&house.portal_state()), text(&enrolment)]);
        let pin = house.file("portal.json", &pin);
        done(&["desk", "pin", "--state", text(&house.desk_state()), text(&pin)]);
        house.start_portal();
        house
    }

    /// The portal's folder.
    pub fn portal_state(&self) -> PathBuf {
        self.folder.path().join("portal")
    }

    /// The desk's folder.
    pub fn desk_state(&self) -> PathBuf {
        self.folder.path().join("desk")
    }

    /// The portal's log.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Writes a file beside the folders.
    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).expect("a file can be written");
        path
    }

    /// Starts the portal on this house's state.
    pub fn start_portal(&mut self) {
        self.start_portal_on(&self.portal_state());
    }

    /// Starts the portal on another state, at the same address.
    pub fn start_portal_on(&mut self, state: &Path) {
        self.start_portal_as(state, &NO_RATES, "trace");
    }

    /// Starts it with more arguments, logging as much as is asked for.
    pub fn start_portal_as(&mut self, state: &Path, more: &[&str], log_level: &str) {
        self.stop_portal();
        fs::create_dir_all(self.log()).expect("a folder");
        let n = fs::read_dir(self.log()).expect("the log's folder").count();
        let log = File::create(self.log().join(format!("portal-{n}.log"))).expect("a log");
        let app = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/house/app");
        let listen = self.listen.to_string();
        let arguments = ["portal", "run", "--state", text(state), "--app", app, "--listen", &listen];
        let arguments: Vec<&str> = arguments.iter().chain(more).copied().collect();
        let child = postern(&arguments)
            .env("POSTERN_LOG", log_level)
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("the portal starts");
        let portal = self.portal.insert(child);
        for _ in 0..400 {
            // Looked at first: on a port that was taken meanwhile somebody else's portal might answer.
            if let Some(status) = portal.try_wait().expect("a child") {
                panic!("the portal ended ({status}): {}", self.portal_log());
            }
            if TcpStream::connect(self.listen).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(25));
        }
        panic!("the portal does not listen: {}", self.portal_log());
    }

    /// Everything that the portals of this house logged.
    pub fn portal_log(&self) -> String {
        let logs = scan::files(&[&self.log()]);
        logs.iter().map(|file| fs::read_to_string(file).unwrap_or_default()).collect()
    }

    /// The portal's process.
    pub fn portal_process(&self) -> u32 {
        self.portal.as_ref().expect("the portal runs").id()
    }

    /// Kills the portal at once.
    pub fn stop_portal(&mut self) {
        if let Some(mut portal) = self.portal.take() {
            let _ = portal.kill();
            let _ = portal.wait();
        }
    }

    /// Opens the desk as a library.
    pub async fn desk(&self) -> Desk {
        let state = self.desk_state();
        let unlock = Unlock::KeyFile(state.join(KEY_FILE));
        let clock = Arc::new(postern_desk::clock::SystemClock);
        Desk::open(&state, &unlock, clock, SharedRng::new(OsRng)).await.expect("the desk opens")
    }

    /// The desk's way to the portal.
    pub async fn way(&self, desk: &Desk) -> PortalClient {
        let exchange = HttpExchange::new(&self.origin).expect("a client");
        desk.portal(Arc::new(exchange)).await.expect("the desk is pinned")
    }

    /// The texts that were handed over, in order.
    pub fn texts(&self) -> Vec<OutboxFile> {
        let mut texts: Vec<(u64, OutboxFile)> = scan::files(&[&self.desk_state().join("outbox")])
            .iter()
            .map(|file| {
                let number =
                    file.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
                let text = serde_json::from_slice(&fs::read(file).expect("a text")).expect("a text is JSON");
                (number.expect("a text has a number"), text)
            })
            .collect();
        texts.sort_by_key(|(number, _)| *number);
        texts.into_iter().map(|(_, text)| text).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop_portal();
    }
}

/// Sends a Bundle to a patient.
pub async fn send(desk: &Desk, way: &PortalClient, to: &str, bundle: serde_json::Value) -> Sent {
    let request = SendRequest::new(to, Content::Bundle(bundle));
    desk.send(way, &FileTransport::in_state(desk.state()), &request).await.expect("it is sent")
}
