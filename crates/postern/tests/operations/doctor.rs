use crate::clinic::{Clinic, command, text};
use postern_fhir::instant;
use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt};

fn level<'a>(findings: &'a Value, code: &str) -> &'a str {
    let all = findings["findings"].as_array().unwrap();
    let found = all.iter().find(|finding| finding["code"] == code);
    found.map_or("missing", |finding| finding["level"].as_str().unwrap())
}

fn doctor(arguments: &[&str]) -> (i32, Value) {
    let all: Vec<&str> = ["doctor", "--json"].iter().chain(arguments).copied().collect();
    let outcome = command(&all);
    (outcome.status, outcome.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_house_is_healthy_with_warnings_on_both_sides() {
    let clinic = Clinic::open();
    clinic.answered().await;
    let (status, desk) = doctor(&["--state", &clinic.desk]);
    assert_eq!((status, &desk["healthy"]), (0, &true.into()), "{desk}");
    for code in [
        "permissions",
        "disk",
        "desk-open",
        "ledger",
        "clinic-key",
        "portal-ready",
        "portal-keys",
        "clock",
        "feed",
        "texts",
    ] {
        assert_eq!(level(&desk, code), "good", "{code}: {desk}");
    }
    for code in ["vault-key", "recovery-copy", "origin"] {
        assert_eq!(level(&desk, code), "warning", "{code}: {desk}");
    }
    let warned = desk["findings"].as_array().unwrap().iter().filter(|one| one["level"] != "good");
    assert!(
        warned.clone().count() > 0 && warned.clone().all(|one| one["remedy"].as_str().unwrap().len() > 10)
    );
    let (status, portal) = doctor(&["--state", &clinic.portal]);
    assert_eq!(status, 0, "{portal}");
    for code in ["permissions", "keys", "clinics", "audit", "portal-ready", "published-keys"] {
        assert_eq!(level(&portal, code), "good", "{code}: {portal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_away_a_clock_that_is_wrong_and_a_folder_that_is_open_are_failures() {
    let mut clinic = Clinic::open();
    clinic.send();
    clinic.read_feed().await;
    let late = instant::to_text(crate::patient::now().plus_seconds(300).0);
    let (status, desk) = doctor(&["--state", &clinic.desk, "--clock", &late]);
    assert_eq!((status, level(&desk, "clock"), level(&desk, "feed")), (1, "failure", "failure"), "{desk}");

    fs::set_permissions(&clinic.desk, fs::Permissions::from_mode(0o755)).unwrap();
    let (status, desk) = doctor(&["--state", &clinic.desk]);
    assert_eq!((status, level(&desk, "permissions")), (1, "failure"));
    fs::set_permissions(&clinic.desk, fs::Permissions::from_mode(0o700)).unwrap();

    clinic.house.stop_portal();
    let (status, desk) = doctor(&["--state", &clinic.desk]);
    assert_eq!((status, level(&desk, "portal-ready")), (1, "failure"));
    let words = command(&["doctor", "--state", &clinic.desk]);
    assert!(
        words.out.contains("FAILURE portal-ready: ") && words.err.contains("one failure"),
        "{}",
        words.out
    );

    // A key that others may read shuts the desk, and the doctor says that instead of failing itself.
    fs::set_permissions(clinic.house.desk_state().join("vault.key"), fs::Permissions::from_mode(0o644))
        .unwrap();
    let (status, desk) = doctor(&["--state", &clinic.desk]);
    assert_eq!((status, level(&desk, "desk-shut")), (1, "failure"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_audit_row_and_a_stale_sealed_copy_are_failures_at_the_portal() {
    use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
    let clinic = Clinic::open();
    clinic.send();
    let sheets = clinic.house.folder.path().join("sheets.html");
    assert_eq!(command(&["keys", "backup", "--state", &clinic.portal, "--html", text(&sheets)]).status, 0);
    assert_eq!(level(&doctor(&["--state", &clinic.portal]).1, "sealed-keys"), "missing");
    fs::write(clinic.house.portal_state().join("keys.sealed"), "other").unwrap();
    let file = clinic.house.portal_state().join("portal.sqlite");
    let mut store = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    for statement in ["DROP TRIGGER audit_is_not_changed", "UPDATE audit SET at = 1 WHERE n = 2"] {
        sqlx::query(statement).execute(&mut store).await.unwrap();
    }
    let (status, portal) = doctor(&["--state", &clinic.portal]);
    assert_eq!((status, level(&portal, "sealed-keys"), level(&portal, "audit")), (1, "failure", "failure"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_before_the_first_real_text_is_passed_item_by_item() {
    let clinic = Clinic::open();
    let live = |more: &[&str]| {
        let all: Vec<&str> = ["--live", "--state", &clinic.desk].iter().chain(more).copied().collect();
        doctor(&all)
    };
    let (status, list) = live(&[]);
    assert_eq!((status, &list["live"]), (1, &false.into()));
    let open = [
        "vault-key",
        "recovery-copy",
        "origin",
        "trial-answer",
        "trial-recall",
        "phone-answered",
        "reader-named",
        "backups-kept",
    ];
    for code in open {
        assert_eq!(level(&list, code), "failure", "{code}: {list}");
    }

    clinic.answered().await;
    let (sent, _) = clinic.send();
    assert_eq!(command(&["recall", sent["lid"].as_str().unwrap(), "--state", &clinic.desk]).status, 0);
    let sheets = clinic.house.folder.path().join("sheets.html");
    assert_eq!(command(&["keys", "backup", "--state", &clinic.desk, "--html", text(&sheets)]).status, 0);
    let (_, list) = live(&["--confirm", "phone-answered", "--confirm", "reader-named"]);
    for code in ["trial-answer", "trial-recall", "recovery-copy", "phone-answered", "reader-named"] {
        assert_eq!(level(&list, code), "good", "{code}: {list}");
    }
    // What was confirmed once stays so; what was not, and an origin without TLS, keep the list open.
    let (status, list) = live(&[]);
    assert_eq!((status, level(&list, "phone-answered")), (1, "good"));
    assert_eq!((level(&list, "backups-kept"), level(&list, "origin")), ("failure", "failure"));
    let unknown = command(&["doctor", "--live", "--confirm", "everything", "--state", &clinic.desk]);
    assert_eq!(unknown.status, 2);
    let portal = command(&["doctor", "--live", "--state", &clinic.portal]);
    assert_eq!((portal.status, portal.err.contains("for the desk")), (1, true));
}
