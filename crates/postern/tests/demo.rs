//! The demo as a newcomer meets it: one command, a phone with texts, a desk that shows what came back. Its routes exist in
//! this mode only and leave the patient's page as it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod house;
mod patient;

use axum::http::{Method, StatusCode};
use house::{House, postern};
use patient::{Caller, Patient, Shut};
use postern_fhir::appointment_response::Answer;
use postern_protocol::error_code::ErrorCode;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

const APP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/house/app");
const FIRST_PATIENT: &str = "1980-04-12";
const SECOND_PATIENT: &str = "1955-09-30";

struct Demo {
    child: Child,
    origin: String,
    caller: Caller,
}

impl Demo {
    fn start(state: &Path, more: &[&str]) -> Self {
        let mut arguments = vec!["demo", "--state", state.to_str().unwrap(), "--app", APP];
        if !more.contains(&"--listen") {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        arguments.extend(more);
        let mut child = postern(&arguments).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let first = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let phone = first.strip_prefix("demo phone: ").expect("the first line says where the phone is");
        let origin = phone.strip_suffix("/demo/phone").unwrap().to_owned();
        let caller = Caller::to(&origin);
        Self { child, origin, caller }
    }

    async fn get(&self, path: &str) -> (StatusCode, String, String) {
        let answer = self.caller.request(Method::GET, path, &[], Vec::new()).await;
        let policy =
            answer.headers.get("content-security-policy").map(|value| value.to_str().unwrap().to_owned());
        (answer.status, policy.unwrap_or_default(), String::from_utf8_lossy(&answer.body).into_owned())
    }

    async fn press(&self, path: &str, form: &str, site: &str) -> StatusCode {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", site)];
        self.caller.request(Method::POST, path, &headers, form.as_bytes().to_vec()).await.status
    }

    /// The links on the phone, oldest first.
    async fn links(&self) -> Vec<String> {
        let (_, _, page) = self.get("/demo/phone").await;
        page.split("href=\"")
            .skip(1)
            .filter_map(|part| part.split('"').next())
            .filter(|href| href.contains("/m#"))
            .map(String::from)
            .collect()
    }

    /// The desk's page as soon as it holds these words.
    async fn desk_with(&self, words: &str) -> String {
        for _ in 0..60 {
            let (_, _, page) = self.get("/demo/desk").await;
            if page.contains(words) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the desk's page never says {words:?}: {}", self.get("/demo/desk").await.2)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_sends_texts_of_every_kind_and_an_answer_shows_at_the_desk() {
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(state.path(), &[]);
    let links = demo.links().await;
    assert_eq!(links.len(), 7);
    let open = async |n: usize, date: &str| Patient::with_link(&links[n]).verify(date).await;
    assert_eq!(open(1, SECOND_PATIENT).await.err(), Some(Shut::Refused(ErrorCode::LinkRecalled)));
    assert_eq!(open(2, SECOND_PATIENT).await.err(), Some(Shut::Refused(ErrorCode::LinkLocked)));
    let (_, _, policy) = demo.get("/policy/texting/1/en").await;
    assert!(policy.contains("How Oak Street Clinic sends texts"), "{policy}");
    assert!(open(3, FIRST_PATIENT).await.is_ok(), "the question for a consent, which names that text");
    assert!(open(4, FIRST_PATIENT).await.unwrap().text().contains("empty stomach"));
    assert!(open(5, FIRST_PATIENT).await.unwrap().text().contains("normal range"));
    let mut visit = open(6, FIRST_PATIENT).await.unwrap();
    let said = visit.answer(Answer::Confirm).await;
    let page = demo.desk_with(&said.code).await;
    assert!(
        page.contains("Will come") && page.contains("holds") && !page.contains("DOES NOT HOLD"),
        "{page}"
    );
    demo.desk_with("Wrong birth dates: 10").await;
    // Its hour passed before the demo was there; the sweep finds it within seconds.
    demo.desk_with("time is over").await;
    assert_eq!(open(0, SECOND_PATIENT).await.err(), Some(Shut::Refused(ErrorCode::LinkExpired)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desks_buttons_send_and_take_back_and_no_other_site_can_press_them() {
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(state.path(), &["--empty"]);
    assert_eq!(demo.links().await.len(), 0);
    let form = "to=demo-1&what=message&subject=Hello&text=Call+**us**";
    assert_eq!(demo.press("/demo/desk/send", form, "cross-site").await, StatusCode::FORBIDDEN);
    assert_eq!(demo.links().await.len(), 0);
    assert_eq!(demo.press("/demo/desk/send", form, "same-origin").await, StatusCode::SEE_OTHER);
    let link = Patient::with_link(&demo.links().await[0]);
    assert_eq!(link.verify(FIRST_PATIENT).await.unwrap().text(), "Hello\nCall **us**");
    let recall = format!("link={}", link.keys.lid.to_text());
    assert_eq!(demo.press("/demo/desk/recall", &recall, "same-origin").await, StatusCode::SEE_OTHER);
    assert_eq!(link.verify(FIRST_PATIENT).await.err(), Some(Shut::Refused(ErrorCode::LinkRecalled)));
    assert!(demo.desk_with("taken back").await.contains("Taken back."));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_pages_have_a_policy_of_their_own_and_the_patients_page_keeps_its() {
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(state.path(), &["--empty"]);
    let house = House::build();
    let portal = Caller::to(&house.origin);
    let policy_of = async |path: &str| {
        let answer = portal.request(Method::GET, path, &[], Vec::new()).await;
        answer.headers["content-security-policy"].to_str().unwrap().to_owned()
    };
    for path in ["/m", "/", "/nowhere"] {
        assert_eq!(demo.get(path).await.1, policy_of(path).await, "{path}");
    }
    for path in ["/demo/phone", "/demo/desk", "/demo/live.js", "/demo/demo.css"] {
        let (status, policy, _) = demo.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
    assert_eq!(demo.get("/demo/parts").await.1, demo.get("/").await.1, "the app's page, with its own policy");
    for path in ["/demo", "/demo/phone", "/demo/desk", "/demo/parts"] {
        let answer = portal.request(Method::GET, path, &[], Vec::new()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} exists in demo mode only");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_started_again_keeps_its_texts_and_other_commands_join_its_clock() {
    let state = tempfile::tempdir().unwrap();
    let demo = Demo::start(state.path(), &["--clock", "2027-03-01T10:00:00-05:00"]);
    let port = demo.origin.rsplit(':').next().unwrap().to_owned();
    let desk = state.path().join("desk");
    let desk = desk.to_str().unwrap();
    let text = state.path().join("text");
    std::fs::write(&text, "Call us").unwrap();
    let content = ["--subject", "Hello", "--text-file", text.to_str().unwrap()];
    let sent = house::done(&[&["send", "--to", "demo-1", "--state", desk, "--json"][..], &content].concat());
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    assert!(sent["expires"].as_i64().unwrap() > 1_803_900_000_000, "a week after the demo's moment: {sent}");
    assert_eq!(demo.links().await.len(), 8);
    drop(demo);
    let listen = format!("127.0.0.1:{port}");
    let again = Demo::start(state.path(), &["--listen", &listen, "--clock", "2027-03-02T10:00:00-05:00"]);
    assert_eq!(again.links().await.len(), 8);
    assert!(again.desk_with("Please confirm your visit").await.contains("Demo patient 1"));
}
