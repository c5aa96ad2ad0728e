//! The recovery copy, from the printed page back to an opened answer on an empty machine.

use crate::{
    clinic::{Clinic, RIGHT, command, text},
    house::postern,
};
use postern_fhir::appointment_response::Answer;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use std::{
    fs,
    fs::File,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// The rows of each sheet as they stand on the printed page, as a person would type them.
fn typed_sheets(page: &str) -> Vec<String> {
    page.split("<section class=\"sheet\">")
        .skip(1)
        .map(|sheet| {
            let rows = sheet.split("<tr><td>").skip(1).map(|row| {
                let (number, rest) = row.split_once(":</td><td>").unwrap();
                format!("{number}: {}", rest.split_once("</td>").unwrap().0)
            });
            rows.collect::<Vec<_>>().join("\n").to_lowercase()
        })
        .collect()
}

fn print(clinic: &Clinic, state: &str) -> (PathBuf, Vec<String>) {
    let file = clinic.house.folder.path().join("sheets.html");
    let printed = command(&["keys", "backup", "--state", state, "--html", text(&file)]);
    assert_eq!((printed.status, printed.out.contains("3 sheets, 2 needed")), (0, true), "{}", printed.err);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let sheets = typed_sheets(&fs::read_to_string(&file).unwrap());
    assert_eq!(sheets.len(), 3);
    (file, sheets)
}

/// Types sheets into `keys restore`.
fn restore(clinic: &Clinic, state: &Path, sheets: &[&String]) -> (bool, String) {
    let typed: Vec<&str> = sheets.iter().map(|sheet| sheet.as_str()).collect();
    let file = clinic.house.file("typed", &typed.join("\n\n"));
    let output = postern(&["keys", "restore", "--state", text(state)])
        .stdin(File::open(file).unwrap())
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

/// A backup as SQLite makes it.
async fn back_up(store: &Path, to: &Path) {
    let mut connection = SqliteConnectOptions::new().filename(store).connect().await.unwrap();
    sqlx::query("VACUUM INTO ?").bind(text(to)).execute(&mut connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sheets_and_a_backup_open_an_old_answer_on_an_empty_machine() {
    let clinic = Clinic::open();
    clinic.answered().await;
    let (_, sheets) = print(&clinic, &clinic.desk);
    let machine = tempfile::tempdir().unwrap();
    let state = machine.path().join("desk");
    fs::create_dir(&state).unwrap();
    back_up(&clinic.house.desk_state().join("desk.sqlite"), &state.join("desk.sqlite")).await;

    let inbox = ["inbox", "--state", text(&state), "--json"];
    assert_ne!(command(&inbox).status, 0, "the backup alone opens nothing");
    let (restored, why) = restore(&clinic, &state, &[&sheets[1]]);
    assert!(!restored && why.contains("1 of 2 sheets"), "{why}");
    assert!(!state.join("vault.key").exists());
    let mut wrong = sheets[0].clone();
    let at = wrong.rfind('-').unwrap() - 1;
    let other = if wrong.as_bytes()[at] == b'0' { "2" } else { "0" };
    wrong.replace_range(at..=at, other);
    let (restored, why) = restore(&clinic, &state, &[&wrong, &sheets[2]]);
    assert!(!restored && why.contains("sheet 1, row 6"), "{why}");

    let (restored, why) = restore(&clinic, &state, &[&sheets[2], &sheets[0]]);
    assert!(restored, "{why}");
    assert_eq!(fs::metadata(state.join("vault.key")).unwrap().permissions().mode() & 0o777, 0o600);
    let inbox = command(&inbox).json();
    assert_eq!(inbox["records"][0]["status"], "accepted");
    assert_eq!(inbox["records"][0]["signature_valid"], true);
    assert_eq!(inbox["records"][0]["patient"]["name"], "Ana Example");
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_of_another_clinic_open_nothing_here() {
    let (one, other) = (Clinic::open(), Clinic::open());
    let (_, sheets) = print(&other, &other.desk);
    let machine = tempfile::tempdir().unwrap();
    back_up(&one.house.desk_state().join("desk.sqlite"), &machine.path().join("desk.sqlite")).await;
    let (restored, why) = restore(&one, machine.path(), &[&sheets[0], &sheets[1]]);
    assert!(!restored && why.contains("not of this store"), "{why}");
    assert!(!machine.path().join("vault.key").exists(), "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_on_an_empty_machine_signs_and_opens_as_before() {
    let mut clinic = Clinic::open();
    let (_, ana) = clinic.send();
    let (_, sheets) = print(&clinic, &clinic.portal);
    clinic.house.stop_portal();
    let machine = tempfile::tempdir().unwrap();
    let state = machine.path().join("portal");
    fs::create_dir(&state).unwrap();
    for name in ["portal.json", "keys.sealed"] {
        fs::copy(clinic.house.portal_state().join(name), state.join(name)).unwrap();
    }
    for name in ["portal.sqlite", "link-keys.sqlite"] {
        back_up(&clinic.house.portal_state().join(name), &state.join(name)).await;
    }
    let (restored, why) = restore(&clinic, &state, &[&sheets[0], &sheets[1]]);
    assert!(restored, "{why}");
    clinic.house.start_portal_on(&state);
    // It knows itself restored, and waits for the desk.
    assert!(ana.verify(RIGHT).await.is_err());
    clinic.read_feed().await;
    ana.verify(RIGHT).await.unwrap().answer(Answer::Confirm).await;
    clinic.read_feed().await;
    let inbox = command(&["inbox", "--state", &clinic.desk, "--json"]).json();
    assert_eq!(inbox["records"][0]["receipt_valid"], true, "{inbox}");
}

#[test]
fn more_sheets_needed_than_printed_is_refused_and_a_page_is_not_written_over() {
    let clinic = Clinic::open();
    let file = clinic.house.file("sheets.html", "here");
    let backup = |rest: &[&str]| {
        let all: Vec<&str> =
            ["keys", "backup", "--state", &clinic.desk].iter().chain(rest).copied().collect();
        command(&all)
    };
    let refused = backup(&["--html", "never.html", "--sheets", "2", "--needed", "3"]);
    assert_eq!((refused.status, refused.err.contains("more-needed-than-printed")), (3, true));
    let there = backup(&["--html", text(&file)]);
    assert_eq!((there.status, there.err.contains("there already")), (1, true));
    let shown = command(&["keys", "show", "--state", &clinic.desk, "--json"]).json();
    assert!(shown["recovery_printed"].is_null(), "nothing was printed");
}
