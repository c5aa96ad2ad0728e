use crate::{
    clinic::{Clinic, RIGHT, command, text},
    house::postern,
};
use std::{fs, fs::File, os::unix::fs::PermissionsExt};

const NUMBER: &str = "(202) 555-0142";

#[tokio::test(flavor = "multi_thread")]
async fn a_history_by_id_and_by_a_number_from_standard_input_are_the_same() {
    let clinic = Clinic::open();
    clinic.answered().await;
    let by_id = command(&["history", "--patient", "p1", "--state", &clinic.desk, "--json"]).json();
    let kinds: Vec<&str> =
        by_id["lines"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "patient-added",
            "number-confirmed",
            "send-decided",
            "send-uploaded",
            "text-handed-over",
            "opened",
            "verified",
            "record-booked"
        ]
    );
    assert_eq!(by_id["lines"][7]["actor"], "link-holder");
    assert_eq!(by_id["lines"][7]["content"]["status"], "accepted");
    assert_eq!(by_id["lines"][2]["content"]["subject"], "Please confirm your visit");

    let number = File::open(clinic.house.file("number", NUMBER)).unwrap();
    let output =
        postern(&["history", "--number", "-", "--state", &clinic.desk]).stdin(number).output().unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(words.starts_with("Ana Example (p1)"), "{words}");
    assert!(words.contains("who held the link: answered") && words.contains("Will you come?"), "{words}");
    for never in [RIGHT, "5550142", "555-0142"] {
        assert!(!words.contains(never), "{never}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_to_print_has_every_line_is_for_its_owner_alone_and_asks_nobody_for_anything() {
    let clinic = Clinic::open();
    clinic.answered().await;
    let file = clinic.house.folder.path().join("history.html");
    let arguments = ["history", "--patient", "p1", "--state", &clinic.desk, "--html", text(&file)];
    assert_eq!(command(&arguments).status, 0);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let page = fs::read_to_string(&file).unwrap();
    for part in
        ["Ana Example (p1)", "sent a message", "Will you come?", "answered", "accepted; receipt", "holds"]
    {
        assert!(page.contains(part), "{part}");
    }
    for never in ["<script", "http-equiv=\"refresh\"", "src=", "href=", RIGHT] {
        assert!(!page.contains(never), "{never}");
    }
    let again = command(&arguments);
    assert_eq!((again.status, again.err.contains("not there yet")), (1, true), "a page is not written over");
}

#[test]
fn nobody_of_that_id_is_said_so_and_a_number_is_no_argument() {
    let clinic = Clinic::open();
    let none = command(&["history", "--patient", "p9", "--state", &clinic.desk]);
    assert_eq!((none.status, none.err.contains("no patient p9")), (1, true));
    // What stands on the command line is taken for a file's name, and there is none of it.
    let typed = command(&["history", "--number", NUMBER, "--state", &clinic.desk]);
    assert_eq!((typed.status, typed.err.contains("cannot read")), (1, true), "{}", typed.err);
}
