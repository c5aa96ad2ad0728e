//! The whole path through the real executable: portal and desk in processes of their own, over HTTP, the patient played with
//! the protocol's client half.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod house;
mod patient;

use house::{House, done, patient as person, postern, run, visit_bundle};
use patient::{Patient, Shut};
use postern_fhir::{
    appointment_response::Answer,
    code::{TimeOfDay, Weekday},
    datatype::PreferredTimes,
};
use postern_protocol::{envelope::link_record::LinkRecordKind, error_code::ErrorCode};
use serde_json::Value;
use std::process::{Child, Stdio};

const RIGHT: &str = "1980-04-12";

/// A running `postern desk run`.
struct FeedReader(Child);

impl FeedReader {
    fn start(house: &House) -> Self {
        let state = house.desk_state();
        let child =
            postern(&["desk", "run", "--state", state.to_str().unwrap()]).stderr(Stdio::null()).spawn();
        Self(child.expect("the desk starts"))
    }
}

impl Drop for FeedReader {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Clinic {
    house: House,
    state: String,
}

impl Clinic {
    fn open() -> Self {
        let house = House::build();
        let state = house.desk_state().to_str().unwrap().to_owned();
        let clinic = Self { house, state };
        let people = Value::from(vec![
            person("p1", "Ana Example", RIGHT, "+12025550142"),
            person("p2", "Bo Example", "1955-09-30", "(202) 555-0155"),
        ]);
        let file = clinic.house.file("patients.json", &people.to_string());
        let imported = clinic.json(&["patients", "import", file.to_str().unwrap()]);
        assert_eq!(imported["added"], 2);
        for patient in ["p1", "p2"] {
            house::at_the_counter(&clinic.state, patient);
        }
        clinic
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let all: Vec<&str> = arguments.iter().copied().chain(["--state", &self.state, "--json"]).collect();
        serde_json::from_str(&done(&all)).expect("JSON")
    }

    fn send(&self, to: &str, bundle: &Value) -> (Value, Patient) {
        let file = self.house.file("bundle.json", &bundle.to_string());
        let sent = self.json(&["send", "--to", to, "--bundle", file.to_str().unwrap()]);
        let texts = self.house.texts();
        let text = texts.last().expect("a text");
        assert_eq!(sent["lid"], text.lid.unwrap().to_text());
        (sent, Patient::with_text(&text.text))
    }

    /// The inbox once `ready` holds.
    fn inbox(&self, ready: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..40 {
            let inbox = self.json(&["inbox"]);
            if ready(&inbox) {
                return inbox;
            }
            std::thread::sleep(std::time::Duration::from_millis(250));
        }
        panic!("it did not come: {}", self.json(&["inbox"]))
    }
}

fn count(inbox: &Value, of: &str) -> usize {
    inbox[of].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_text_to_the_receipted_answer() {
    let clinic = Clinic::open();
    let _reader = FeedReader::start(&clinic.house);
    let (_, ana) = clinic.send("p1", &visit_bundle("Will you come?"));

    assert_eq!(ana.verify("1980-04-13").await.err(), Some(Shut::Wrong(9)));
    let mut opened = ana.verify(RIGHT).await.unwrap();
    assert_eq!(opened.text(), "Please confirm your visit\nWill you come?");
    opened.seen().await.unwrap();
    let said = opened.answer(Answer::Confirm).await;

    let inbox = clinic.inbox(|inbox| count(inbox, "records") == 1);
    let record = &inbox["records"][0];
    assert_eq!(record["kind"], "AppointmentResponse");
    assert_eq!(record["status"], "accepted");
    assert_eq!(record["signature_valid"], true);
    assert_eq!(record["receipt_valid"], true);
    assert_eq!(record["receipt_code"], Value::from(said.code));
    assert_eq!(record["patient"]["name"], "Ana Example");
    assert_eq!(count(&inbox, "incidents"), 0);
    assert_eq!(inbox["messages"][0]["state"], "answered");

    // The next day: what was answered is there, and can be changed.
    opened.end().await.unwrap();
    let mut again = ana.verify(RIGHT).await.unwrap();
    assert_eq!(again.own[0].record.resource.answer, Answer::Confirm);
    let wishes = PreferredTimes { days: vec![Weekday::Friday], times: vec![TimeOfDay::Morning] };
    let changed = again.answer(Answer::AnotherTime(wishes)).await;
    assert_eq!(changed.receipt.seq, 2);
    let inbox = clinic.inbox(|inbox| count(inbox, "records") == 2);
    assert_eq!(inbox["records"][1]["status"], "tentative");
    assert_eq!(inbox["records"][0]["replaced_by"], inbox["records"][1]["rid"]);
    assert_eq!(count(&inbox, "incidents"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_answer_sent_twice_is_one_record_with_one_receipt() {
    let clinic = Clinic::open();
    let _reader = FeedReader::start(&clinic.house);
    let (_, ana) = clinic.send("p1", &visit_bundle("Will you come?"));
    let opened = ana.verify(RIGHT).await.unwrap();
    let record = opened.record(Answer::Cancel);
    let request = opened.seal(&record);
    let first = opened.put(&record.rid, &request).await.unwrap();
    assert_eq!(opened.put(&record.rid, &request).await.unwrap(), first);
    let other = opened.seal(&opened.record(Answer::Confirm));
    let refused = opened.put(&record.rid, &other).await.unwrap_err();
    assert!(
        matches!(refused.code(), Some(ErrorCode::Conflict | ErrorCode::MalformedEnvelope)),
        "{refused:?}"
    );
    let inbox = clinic.inbox(|inbox| count(inbox, "records") > 0);
    assert_eq!((count(&inbox, "records"), count(&inbox, "incidents")), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_opt_out_nothing_more_is_sent_and_the_open_link_stays_readable() {
    let clinic = Clinic::open();
    let _reader = FeedReader::start(&clinic.house);
    let (_, ana) = clinic.send("p1", &visit_bundle("Will you come?"));
    ana.say(LinkRecordKind::OptOut).await.unwrap();
    let inbox = clinic.inbox(|inbox| count(inbox, "requests") == 1);
    assert_eq!(inbox["requests"][0]["kind"], "opt-out");

    let refused =
        run(&["send", "--to", "p1", "--template", "visit-guidelines", "--state", &clinic.state, "--json"]);
    assert_eq!(refused.status.code(), Some(3), "{}", String::from_utf8_lossy(&refused.stderr));
    let refusals: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(refusals["refusals"][0]["code"], "number-opted-out");
    assert!(ana.verify(RIGHT).await.is_ok());
    // That it was heard is all that comes after it.
    for _ in 0..400 {
        if clinic.house.texts().len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let texts = clinic.house.texts();
    assert_eq!(texts.len(), 2);
    assert!(
        texts[1].lid.is_none() && texts[1].text.contains("you will get no more of our texts"),
        "{}",
        texts[1].text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_wrong_person_every_link_of_the_number_is_closed_and_its_texts_stop() {
    let clinic = Clinic::open();
    let _reader = FeedReader::start(&clinic.house);
    let (_, first) = clinic.send("p1", &visit_bundle("Will you come?"));
    let (_, second) = clinic.send("p1", &visit_bundle("And the week after?"));
    let open = first.verify(RIGHT).await.unwrap();
    first.say(LinkRecordKind::WrongPerson).await.unwrap();
    clinic.inbox(|inbox| (0..2).all(|n| inbox["messages"][n]["link_state"] == "recalled"));
    assert_eq!(open.seen().await.unwrap_err().code(), Some(ErrorCode::SessionEnded));
    for link in [&first, &second] {
        assert!(matches!(link.verify(RIGHT).await, Err(Shut::Refused(_))));
    }
    let refused = run(&["send", "--to", "p1", "--template", "visit-guidelines", "--state", &clinic.state]);
    assert_eq!(refused.status.code(), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recalled_link_says_so_and_its_open_session_ends() {
    let clinic = Clinic::open();
    let (sent, ana) = clinic.send("p1", &visit_bundle("Will you come?"));
    let open = ana.verify(RIGHT).await.unwrap();
    let lid = sent["lid"].as_str().unwrap();
    assert_eq!(clinic.json(&["recall", lid])["ended"], "everywhere");
    assert_eq!(open.seen().await.unwrap_err().code(), Some(ErrorCode::SessionEnded));
    assert_eq!(ana.verify(RIGHT).await.err(), Some(Shut::Refused(ErrorCode::LinkRecalled)));
    assert_eq!(clinic.json(&["recall", lid])["ended"], "before");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_birth_dates_lock_and_the_right_one_comes_too_late() {
    let clinic = Clinic::open();
    let (_, ana) = clinic.send("p1", &visit_bundle("Will you come?"));
    for day in 1..=10 {
        let left = ana.verify(&format!("1980-05-{day:02}")).await.err();
        assert_eq!(left, Some(Shut::Wrong(10 - day)));
    }
    assert_eq!(ana.verify(RIGHT).await.err(), Some(Shut::Refused(ErrorCode::LinkLocked)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_killed_at_any_moment_keeps_every_answer_it_gave_a_receipt_for() {
    let mut clinic = Clinic::open();
    let (_, ana) = clinic.send("p1", &visit_bundle("Will you come?"));
    let mut opened = ana.verify(RIGHT).await.unwrap();
    let said = opened.answer(Answer::Confirm).await;
    clinic.house.stop_portal();
    clinic.house.start_portal();
    let again = Patient::with_text(&clinic.house.texts()[0].text).verify(RIGHT).await.unwrap();
    assert_eq!(again.receipts, [said.compact]);
    let _reader = FeedReader::start(&clinic.house);
    let inbox = clinic.inbox(|inbox| count(inbox, "records") == 1);
    assert_eq!(inbox["records"][0]["status"], "accepted");
}

#[test]
fn a_dry_run_sends_nothing_and_shows_the_text_and_what_the_patient_reads() {
    let clinic = Clinic::open();
    let file = clinic.house.file("bundle.json", &visit_bundle("Will you come?").to_string());
    let file = file.to_str().unwrap();
    let preview = clinic.json(&["send", "--to", "p1", "--bundle", file, "--dry-run"]);
    assert_eq!(preview["would_send"], true);
    assert!(
        preview["text"].as_str().unwrap().starts_with("Oak Street Clinic: please confirm your visit: http")
    );
    assert!(preview["patient_view"].as_str().unwrap().contains("Will you come?"));
    assert_eq!(preview["length"]["segments"], 1);
    assert_eq!(clinic.house.texts().len(), 0);
    assert_eq!(count(&clinic.json(&["inbox"]), "messages"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_alone_and_plain_words_from_standard_input_are_sent_too() {
    let clinic = Clinic::open();
    let visit = &visit_bundle("-")["entry"][1]["resource"];
    let file = clinic.house.file("visit.json", &visit.to_string());
    clinic.json(&[
        "send",
        "--to",
        "p1",
        "--template",
        "appointment-reminder",
        "--appointment",
        file.to_str().unwrap(),
    ]);
    let opened = Patient::with_text(&clinic.house.texts()[0].text).verify(RIGHT).await.unwrap();
    assert_eq!(opened.visit().1.description.as_deref(), Some("Check-up"));

    let words = clinic.house.file("words", "Call **us**.");
    let sent =
        postern(&["send", "--to", "p1", "--subject", "Hello", "--text-file", "-", "--state", &clinic.state])
            .stdin(std::fs::File::open(words).unwrap())
            .status();
    assert!(sent.unwrap().success());
    let opened = Patient::with_text(&clinic.house.texts()[1].text).verify(RIGHT).await.unwrap();
    assert_eq!(opened.text(), "Hello\nCall **us**.");
}

#[test]
fn rows_that_cannot_be_imported_are_named_and_nothing_is_taken_in() {
    let clinic = Clinic::open();
    let people = Value::from(vec![
        person("p3", "Cy Example", "1980-04-12", "+12025550170"),
        person("p4", "Di Example", "1980-02-30", "+12025550171"),
    ]);
    let file = clinic.house.file("wrong.json", &people.to_string());
    let failed = run(&["patients", "import", file.to_str().unwrap(), "--state", &clinic.state]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("row 2: "), "{failed:?}");
    let refused =
        run(&["send", "--to", "p3", "--template", "secure-message", "--state", &clinic.state, "--json"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("patient-unknown"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_opens_and_verifies_the_record_without_the_desk() {
    let clinic = Clinic::open();
    let _reader = FeedReader::start(&clinic.house);
    let (_, ana) = clinic.send("p1", &visit_bundle("Will you come?"));
    let mut opened = ana.verify(RIGHT).await.unwrap();
    opened.answer(Answer::Confirm).await;
    clinic.inbox(|inbox| count(inbox, "records") == 1);
    let exported = clinic.json(&["desk", "export-keys"]);
    assert!(exported["clinic_keys"][0]["d"].is_string());
    assert_eq!(exported["records"][0]["jwe"].as_str().unwrap().split('.').count(), 5);
    assert_eq!(exported["links"][0]["lid"], ana.keys.lid.to_text());
    let bare = run(&["desk", "export-keys", "--state", &clinic.state]);
    assert_eq!(bare.status.code(), Some(1), "private keys are not printed unasked");
}
