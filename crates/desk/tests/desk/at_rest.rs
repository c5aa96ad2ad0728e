//! What lies in the state folder: no name, number, birth date, link secret, content key or text in clear. The same scan first
//! finds each of them where it was planted.

use crate::fixture::{BIRTH_DATE, Fixture, NAME, NUMBER};
use postern_desk::{
    Desk, Unlock,
    desk::OpenError,
    send::{Content, SendRequest},
    trouble::Trouble,
    vault::VaultError,
};
use postern_protocol::{base64url, derive::LinkKeys, link};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Every file of the store: the database with its log, not the outbox (texts in clear are its purpose) and not the key file.
fn store_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.is_file() && path.file_name().is_some_and(|name| name != "vault.key"));
    files
}

/// Which of the canaries stand in the files, as they are, as base64url or as hex.
fn found(folder: &Path, canaries: &[(&'static str, Vec<u8>)]) -> Vec<&'static str> {
    let contents: Vec<Vec<u8>> = store_files(folder).iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(contents.iter().any(|content| content.starts_with(b"SQLite format 3")), "the store is scanned");
    let stands = |needle: &[u8]| {
        let starts =
            |window: &[u8]| window[0].eq_ignore_ascii_case(&needle[0]) && window.eq_ignore_ascii_case(needle);
        contents.iter().any(|content| content.windows(needle.len()).any(starts))
    };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    canaries
        .iter()
        .filter(|(_, bytes)| {
            stands(bytes) || stands(base64url::encode(bytes).as_bytes()) || stands(hex(bytes).as_bytes())
        })
        .map(|(name, _)| *name)
        .collect()
}

fn texts() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("name", NAME.into()),
        ("surname", "Canaryexample".into()),
        ("number", NUMBER.into()),
        ("number without country", "2025550143".into()),
        ("birth date", BIRTH_DATE.into()),
        ("patient id", "canary-patient-4711".into()),
        ("message", "The canary sings at noon".into()),
        ("words of the answer", "canary comment".into()),
    ]
}

#[tokio::test]
async fn no_file_of_the_store_holds_what_names_a_patient_or_opens_a_message() {
    let fixture = Fixture::new().await;
    let ana = crate::fixture::patient("canary-patient-4711", NAME, Some(NUMBER), Some(BIRTH_DATE));
    fixture.desk.import_patients(&ana.to_string()).await.unwrap();
    let content = Content::Text { subject: "Note".into(), text: "The canary sings at noon".into() };
    let client = fixture.client().await;
    let request = SendRequest::new("canary-patient-4711", content);
    fixture.desk.send(&client, &fixture.transport(), &request).await.unwrap();
    let secret = link::find_in_text(&fixture.texts()[0].text).unwrap();
    let mut patient = fixture.open_visit().await;
    let mut record = patient.answer();
    record.resource["comment"] = "canary comment".into();
    patient.send(&fixture.portal, &record);
    fixture.read_feed().await;
    let waits = crate::fixture::patient("canary-patient-4712", NAME, Some("+12025550177"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&waits.to_string()).await.unwrap();
    let content = Content::Text { subject: "Note".into(), text: "The canary waits until noon".into() };
    let request = SendRequest::new("canary-patient-4712", content);
    fixture.desk.send(&client, &fixture.transport(), &request).await.unwrap_err();
    let inbox = fixture.desk.inbox().await.unwrap();
    assert_eq!((inbox.records.len(), inbox.waiting.len()), (1, 1));

    let mut canaries = texts();
    canaries.push(("message that waits", "The canary waits until noon".into()));
    canaries.push(("number that is asked about", "2025550177".into()));
    canaries.push(("link secret", secret.as_bytes().to_vec()));
    canaries.push(("link secret as text", secret.to_text().into()));
    canaries.push(("content key", patient.content_key.as_bytes().to_vec()));
    canaries.push(("link mac", LinkKeys::derive(&secret).link_mac.as_bytes().to_vec()));
    assert_eq!(found(fixture.folder.path(), &canaries), [] as [&str; 0]);

    for (name, bytes) in &canaries {
        let planted = fixture.folder.path().join("planted.log");
        fs::write(&planted, [b"line ".as_slice(), bytes, b" end"].concat()).unwrap();
        assert!(found(fixture.folder.path(), &canaries).contains(name), "the scan finds {name}");
        fs::remove_file(planted).unwrap();
    }
}

#[tokio::test]
async fn a_row_written_in_clear_would_be_found_in_the_database_or_its_log() {
    let fixture = Fixture::new().await;
    let path = fixture.folder.path().join("desk.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("INSERT INTO number (number_key) VALUES (?)").bind(NUMBER).execute(&pool).await.unwrap();
    assert_eq!(found(fixture.folder.path(), &[("number", NUMBER.into())]), ["number"]);
}

#[tokio::test]
async fn with_the_vault_open_the_link_secret_of_a_text_that_went_out_is_nowhere() {
    let fixture = Fixture::new().await;
    let sealed = async || {
        let path = fixture.folder.path().join("desk.sqlite");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let rows: Vec<(String, Option<Vec<u8>>)> =
            sqlx::query_as("SELECT step, sealed FROM outbox").fetch_all(&pool).await.unwrap();
        rows
    };
    // It breaks off at the envelope: what is sealed now is the last before it is wiped.
    fixture.portal.inside().fault = Some((3, crate::portal::Break::Before));
    let client = fixture.client().await;
    fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await.unwrap_err();
    let [(_, Some(bytes))] = &sealed().await[..] else {
        panic!("a message on its way keeps its secret, sealed")
    };
    // It is longer than a page of the database: each piece is in a file now, but for one where a page ends, and none afterwards.
    let pieces: Vec<_> = bytes.chunks_exact(64).map(|piece| ("piece", piece.to_vec())).collect();
    assert!(pieces.len() > 50);
    assert!(found(fixture.folder.path(), &pieces).len() > pieces.len() - 5);
    fixture.desk.resume(&client, &fixture.transport()).await.unwrap();
    assert_eq!(sealed().await, [("handed".to_owned(), None)]);
    assert_eq!(found(fixture.folder.path(), &pieces), [] as [&str; 0]);
}

#[tokio::test]
async fn after_a_recall_the_content_key_is_nowhere() {
    let fixture = Fixture::new().await;
    let sent = fixture.send().await;
    let path = fixture.folder.path().join("desk.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let key: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT content_key FROM link").fetch_one(&pool).await.unwrap();
    let needle = [("content key", key.unwrap())];
    pool.close().await;
    assert_eq!(found(fixture.folder.path(), &needle), ["content key"]);
    fixture.desk.recall(&fixture.client().await, &sent.lid.to_text()).await.unwrap();
    assert_eq!(found(fixture.folder.path(), &needle), [] as [&str; 0]);
}

#[tokio::test]
async fn a_sealed_value_moved_to_another_row_does_not_open() {
    let fixture = Fixture::new().await;
    let bo = crate::fixture::patient("p-2", "Bo Example", Some("+12025550199"), Some(BIRTH_DATE));
    fixture.desk.import_patients(&bo.to_string()).await.unwrap();
    let path = fixture.folder.path().join("desk.sqlite");
    let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(path))
        .await
        .unwrap();
    sqlx::query("UPDATE patient SET sealed = (SELECT max(sealed) FROM patient)")
        .execute(&pool)
        .await
        .unwrap();
    let open = async |id: &str| {
        fixture.desk.dry_run(&SendRequest { to: id.into(), ..fixture.request() }).await.is_ok()
    };
    assert_eq!([open("p-1").await, open("p-2").await].iter().filter(|opens| **opens).count(), 1);
}

#[tokio::test]
async fn another_key_says_so_and_opens_nothing() {
    let fixture = Fixture::new().await;
    let other = fixture.folder.path().join("other");
    let rng = || {
        postern_desk::rng::SharedRng::new(
            <rand_chacha::ChaCha20Rng as rand_chacha::rand_core::SeedableRng>::seed_from_u64(9),
        )
    };
    let clock = || fixture.clock.clone();
    let key = Unlock::KeyFile(other.join("vault.key"));
    Desk::init(&other, crate::fixture::clinic(), &key, clock(), rng(), "front desk").await.unwrap();
    let refused = Desk::open(fixture.folder.path(), &key, clock(), rng()).await;
    assert!(matches!(refused, Err(OpenError::Trouble(Trouble::Vault(VaultError::WrongKey)))));
    let nowhere = tempfile::tempdir().unwrap();
    assert!(matches!(Desk::open(nowhere.path(), &key, clock(), rng()).await, Err(OpenError::NoDesk(_))));
    let again = Desk::init(
        &other,
        crate::fixture::clinic(),
        &key,
        Arc::clone(&fixture.clock) as _,
        rng(),
        "front desk",
    )
    .await;
    assert!(matches!(again, Err(postern_desk::init::InitError::Exists(_))));
}

#[tokio::test]
async fn a_ledger_with_a_line_changed_moved_or_taken_out_does_not_read() {
    for tampering in [
        "UPDATE ledger SET at = at + 1 WHERE n = 2",
        "UPDATE ledger SET kind = 'text-handed-over' WHERE n = 2",
        "DELETE FROM ledger WHERE n = 2",
        "UPDATE ledger SET sealed = (SELECT sealed FROM ledger WHERE n = 3) WHERE n = 2",
    ] {
        let fixture = Fixture::new().await;
        assert!(fixture.desk.ledger().await.is_ok());
        let path = fixture.folder.path().join("desk.sqlite");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        for trigger in ["ledger_is_not_changed", "ledger_is_not_shortened"] {
            sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&pool).await.unwrap();
        }
        sqlx::query(tampering).execute(&pool).await.unwrap();
        assert!(fixture.desk.ledger().await.is_err(), "{tampering}");
    }
}
