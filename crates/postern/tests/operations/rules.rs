//! The rules on sending, the ledger and retention, by command.

use crate::{
    clinic::{Clinic, command, text},
    house::{at_the_counter, done, patient, postern},
};
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt};

/// A patient in New York beside the one of the house.
fn new_yorker(clinic: &Clinic) {
    let mut person = patient("p2", "Bo Example", "1980-04-12", "+12025550178");
    person["extension"] =
        json!([{ "url": postern_fhir::datatype::TIMEZONE_URL, "valueCode": "America/New_York" }]);
    let file = clinic.house.file("new-yorker.json", &person.to_string());
    done(&["patients", "import", "--state", &clinic.desk, text(&file)]);
}

fn send<'a>(clinic: &'a Clinic, to: &'a str, more: &[&'a str]) -> crate::clinic::Outcome {
    let mut arguments =
        vec!["send", "--state", &clinic.desk, "--to", to, "--template", "room-ready", "--json"];
    arguments.extend(more);
    command(&arguments)
}

#[test]
fn at_eleven_at_night_the_refusal_says_what_to_do_and_when_it_may_go() {
    let clinic = Clinic::open();
    new_yorker(&clinic);
    at_the_counter(&clinic.desk, "p2");
    // A Monday; the number was confirmed less than a year before it, or after.
    let night = ["--clock", "2027-01-18T23:00:00-05:00"];
    let refused = send(&clinic, "p2", &night);
    assert_eq!(refused.status, 3, "{} {}", refused.out, refused.err);
    let refusal = &refused.json()["refusals"][0];
    assert_eq!(refusal["code"], "quiet-hours");
    assert!(refusal["remedy"].as_str().unwrap().contains("call the patient"), "{refusal}");
    let nine = postern_fhir::instant::parse("2027-01-19T09:00:00-05:00").unwrap().milliseconds;
    assert_eq!(refusal["may_go_at"], nine);
    assert!(refused.err.contains("It may go from 2027-01-19T14:00:00.000Z"), "{}", refused.err);
    assert!(clinic.house.texts().is_empty());
}

#[test]
fn a_suppression_from_a_file_stops_the_next_send_and_lifting_it_lets_it_go() {
    let clinic = Clinic::open();
    let list = clinic.house.file("stop.txt", "\n(202) 555-0142\n");
    let change = |what: &str| {
        let arguments =
            ["suppress", what, "--state", &clinic.desk, "--number", text(&list), "--reason", "called"];
        done(&[&arguments[..], &["--by", "nurse 7", "--json"]].concat())
    };
    let shown: Value = serde_json::from_str(&change("add")).unwrap();
    assert_eq!(
        (&shown[0]["patients"][0]["id"], &shown[0]["opted_out"][0]["scope"]),
        (&json!("p1"), &json!("everything"))
    );
    let refused = send(&clinic, "p1", &[]);
    assert_eq!((refused.status, &refused.json()["refusals"][0]["code"]), (3, &json!("number-opted-out")));
    change("lift");
    assert_eq!(send(&clinic, "p1", &[]).status, 0);
    let shown = done(&["suppress", "show", "--state", &clinic.desk, "--patient", "p1"]);
    assert_eq!(shown.trim(), "number of p1: no opt-out stands");
    let ledger = done(&["ledger", "export", "--state", &clinic.desk, "--format", "jsonl"]);
    let rows: Vec<Value> = ledger.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = rows.iter().find(|row| row["kind"] == "number-suppressed").unwrap();
    assert_eq!((&row["by"], &row["what"]["reason"]), (&json!("nurse 7"), &json!("called")));
    assert!(!ledger.contains("5550142"), "no number");
}

#[test]
fn the_ledgers_export_says_who_gave_each_command_and_is_for_its_owner_alone() {
    let clinic = Clinic::open();
    let file = clinic.house.file("unused", "").with_file_name("ledger.csv");
    let export = ["ledger", "export", "--state", &clinic.desk, "--format", "csv", "--file", text(&file)];
    let output = postern(&export).env("POSTERN_STAFF", "privacy officer").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let csv = fs::read_to_string(&file).unwrap();
    assert!(csv.starts_with("n,at,actor,by,kind,link,patient,what\r\n1,"), "{csv}");
    assert!(csv.lines().skip(1).all(|row| !row.split(',').nth(3).unwrap().is_empty()), "{csv}");
    assert_eq!(command(&export).status, 1, "a file that is there is not written over");
    let fhir = done(&["ledger", "export", "--state", &clinic.desk, "--format", "fhir"]);
    let last: Value = serde_json::from_str(fhir.lines().last().unwrap()).unwrap();
    assert_eq!(last["agent"][0]["who"]["identifier"]["value"], "privacy officer");
    assert_eq!(last["subtype"][0]["code"], "ledger-exported");
}

#[test]
fn a_purge_that_comes_too_early_is_refused_with_the_moment_that_is_allowed() {
    let clinic = Clinic::open();
    let purge = ["retention", "purge", "--state", &clinic.desk, "--class", "ledger"];
    let refused = command(&[&purge[..], &["--before", "2100-01-01T00:00:00Z"]].concat());
    assert_eq!(refused.status, 3, "{}", refused.err);
    assert!(refused.err.contains("(retention-too-early). Name a moment no later than 20"), "{}", refused.err);
    assert_eq!(command(&purge).status, 0);
    let shown: Value =
        serde_json::from_str(&done(&["retention", "show", "--state", &clinic.desk, "--json"])).unwrap();
    assert!(shown.as_array().unwrap().iter().all(|class| class["due"] == 0), "{shown}");
    assert!(shown[2]["held"].as_i64().unwrap() > 3, "{shown}");
}

#[test]
fn a_stricter_policy_is_taken_and_a_wider_one_refused() {
    let clinic = Clinic::open();
    new_yorker(&clinic);
    at_the_counter(&clinic.desk, "p2");
    let shipped = done(&["policy", "show", "--state", &clinic.desk]);
    let with = |from: &str, to: &str| {
        assert!(shipped.contains(from), "{shipped}");
        let file = clinic.house.file("policy.toml", &shipped.replacen(from, to, 1));
        command(&["policy", "use", "--state", &clinic.desk, text(&file)])
    };
    let wider = with("09:00", "07:00");
    assert_eq!(wider.status, 1);
    assert!(wider.err.contains("between 08:00 and 21:00"), "{}", wider.err);
    let stricter = with("weekdays = { open = \"09:00\"", "weekdays = { open = \"10:00\"");
    assert_eq!(stricter.status, 0, "{}", stricter.err);
    let half_past_nine = send(&clinic, "p2", &["--dry-run", "--clock", "2027-01-18T09:30:00-05:00"]);
    assert_eq!(half_past_nine.json()["refusals"][0]["code"], "quiet-hours", "{}", half_past_nine.out);
}
