use crate::clinic::{Clinic, command, text};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

async fn change(clinic: &Clinic, statement: &'static str) {
    let file = clinic.house.portal_state().join("portal.sqlite");
    let mut store = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    for statement in ["DROP TRIGGER audit_is_not_changed", "DROP TRIGGER audit_is_not_shortened", statement] {
        sqlx::query(statement).execute(&mut store).await.unwrap();
    }
}

/// A clinic with an answer, its portal stopped, and what its desk keeps of the log, in a file.
async fn with_a_head() -> (Clinic, String, u64) {
    let mut clinic = Clinic::open();
    let none = command(&["audit", "head", "--state", &clinic.desk]);
    assert_eq!((none.status, none.err.contains("after the first answer")), (1, true));
    clinic.answered().await;
    let head = command(&["audit", "head", "--state", &clinic.desk]);
    let n = head.json()["n"].as_u64().unwrap();
    assert!(n > 5, "{}", head.out);
    let file = text(&clinic.house.file("head.json", &head.out)).to_owned();
    clinic.house.stop_portal();
    (clinic, file, n)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_log_is_as_the_desk_kept_it_also_while_the_portal_runs() {
    let clinic = Clinic::open();
    clinic.answered().await;
    let head = command(&["audit", "head", "--state", &clinic.desk]);
    let file = clinic.house.file("head.json", &head.out);
    let verified = command(&["audit", "verify", "--state", &clinic.portal, "--head", text(&file), "--json"]);
    assert_eq!((verified.status, verified.json()["audit"].as_str()), (0, Some("whole")), "{}", verified.err);
    assert_eq!(verified.json()["compared_with"][0], head.json()["n"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_changed_row_is_named() {
    let (clinic, _, _) = with_a_head().await;
    change(&clinic, "UPDATE audit SET outcome = 'wrong' WHERE n = 3").await;
    let verified = command(&["audit", "verify", "--state", &clinic.portal]);
    assert_eq!((verified.status, verified.err.contains("row 3 is the first")), (1, true), "{}", verified.err);
    let said = command(&["audit", "verify", "--state", &clinic.portal, "--json"]).json();
    assert_eq!(said["first_changed_row"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_is_found_by_what_the_desk_kept_even_if_the_portals_own_note_was_cut_too() {
    let (clinic, head, n) = with_a_head().await;
    change(&clinic, "DELETE FROM audit WHERE n > 2").await;
    let own_note = command(&["audit", "verify", "--state", &clinic.portal, "--json"]);
    assert_eq!((own_note.status, own_note.json()["audit"].as_str()), (1, Some("not-as-noted")));
    std::fs::remove_file(clinic.house.portal_state().join("audit-head.json")).unwrap();
    assert_eq!(command(&["audit", "verify", "--state", &clinic.portal]).status, 0, "nothing to compare with");
    let compared = command(&["audit", "verify", "--state", &clinic.portal, "--head", &head, "--json"]);
    assert_eq!(compared.status, 1);
    assert_eq!(
        (compared.json()["audit"].as_str(), compared.json()["row"].as_u64()),
        (Some("not-as-kept"), Some(n))
    );
}
