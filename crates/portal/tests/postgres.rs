//! A portal of many nodes: the main store on PostgreSQL, the link keys in a folder for all (docs/POSTGRES.md).
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use kit::{Kit, Node, Sent, Shared, Typed, birth_date, files, postgres, thief};
use postern_portal::{AuditVerdict, Inspection, Portal, PortalError, StoreError};
use postern_protocol::{error_code::ErrorCode, wire::desk_links::LinkStatus};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::json;
use std::{fs, path::Path};

async fn open(kit: &Kit, folder: &Path) -> Result<Portal, PortalError> {
    let entropy = Box::new(ChaCha20Rng::seed_from_u64(700));
    Portal::open_with_password(folder, kit.clock.clone(), entropy, Some(postgres::password())).await
}

fn shared(kit: &Kit) -> &Shared {
    kit.shared.as_ref().unwrap()
}

/// The key's bytes, from its file.
fn key(kit: &Kit, sent: &Sent) -> Option<Vec<u8>> {
    let name: String = sent.lid.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let found = files::files(shared(kit).keys.path()).into_iter().find(|path| path.ends_with(&name));
    found.map(|path| fs::read(path).unwrap())
}

async fn wrong(kit: &Kit, node: &Node, sent: &Sent, seed: u64) -> kit::Answer {
    let typed = Typed::new(kit, sent, &birth_date(1950, 1, 1), 1, seed);
    node.call(kit.app_request(Method::POST, "verify/start", &sent.header(), &typed.request)).await
}

async fn recall(kit: &mut Kit, sent: &Sent) -> kit::Answer {
    kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await
}

#[tokio::test]
async fn promise_5_after_a_recall_the_key_is_in_no_file_of_any_node_or_server() {
    let mut kit = Kit::shared().await;
    let sent = kit.send().await;
    let node = Node::beside(&kit).await;
    assert!(wrong(&kit, &node, &sent, 1).await.status.is_success());
    let key = key(&kit, &sent).unwrap();
    let select = "SELECT sealed FROM slots WHERE lid = $1";
    let sealed = shared(&kit).database.column(select, &sent.lid.0).await.unwrap();
    let slot = sealed[..64].to_vec();
    let loot = thief::Loot { sealed, number: 1, key: key.clone() };
    let (folder, saved) = (kit.folder.path(), &sent.envelope.jwe);
    let opened = thief::open_from(&kit, folder, &loot, &sent, &sent.secret, &sent.right, saved);
    assert!(opened.is_some(), "the thief's program opens the message before");
    let server = postgres::Server::get().folder();
    assert_eq!(files::holding(shared(&kit).keys.path(), &key).len(), 1, "the scan sees the key before");
    assert!(!files::holding(server, &slot).is_empty(), "and what the server keeps");
    let _: LinkStatus = recall(&mut kit, &sent).await.json();
    for place in [shared(&kit).keys.path(), kit.folder.path(), node.folder.as_ref().unwrap().path(), server] {
        assert_eq!(files::holding(place, &key), Vec::<String>::new());
    }
    let without = thief::Loot { key: vec![0; 32], ..loot };
    let saved = &sent.envelope.jwe;
    let opened = thief::open_from(&kit, kit.folder.path(), &without, &sent, &sent.secret, &sent.right, saved);
    assert_eq!(opened, None);
    assert_eq!(wrong(&kit, &node, &sent, 2).await.code(), ErrorCode::LinkRecalled);
}

#[tokio::test]
async fn promise_5_while_the_key_folder_is_away_no_key_is_noted_as_destroyed() {
    let mut kit = Kit::shared().await;
    let sent = kit.send().await;
    let bytes = key(&kit, &sent).unwrap();
    let place = shared(&kit).keys.path().to_owned();
    let away = tempfile::tempdir().unwrap();
    let aside = away.path().join("keys");
    fs::rename(&place, &aside).unwrap();
    // What a mount leaves behind when it goes.
    fs::create_dir(&place).unwrap();
    assert_eq!(recall(&mut kit, &sent).await.code(), ErrorCode::Unavailable);
    assert!(kit.running.sweep().await.is_err());
    assert_eq!(
        kit.call(Request::get("/readyz").body(Body::empty()).unwrap()).await.code(),
        ErrorCode::Unavailable
    );
    fs::remove_dir(&place).unwrap();
    fs::rename(&aside, &place).unwrap();
    assert_eq!(files::holding(&place, &bytes).len(), 1);
    kit.sweep().await;
    assert_eq!(files::holding(&place, &bytes), Vec::<String>::new());
}

#[tokio::test]
async fn a_node_with_another_key_folder_does_not_start() {
    let mut kit = Kit::shared().await;
    let sent = kit.send().await;
    let other = files::stolen(kit.folder.path());
    let elsewhere = tempfile::tempdir().unwrap();
    let settings = fs::read_to_string(other.path().join("portal.json")).unwrap();
    let (ours, theirs) = (shared(&kit).keys.path().to_str().unwrap(), elsewhere.path().to_str().unwrap());
    fs::write(other.path().join("portal.json"), settings.replace(ours, theirs)).unwrap();
    assert!(matches!(open(&kit, other.path()).await.err(), Some(PortalError::OtherLinkKeys)));
    let look = |folder: &Path| Inspection::of(folder).unwrap().with_password(Some(postgres::password()));
    assert!(look(kit.folder.path()).link_keys_fit().await.unwrap());
    assert!(!look(other.path()).link_keys_fit().await.unwrap());
    // A folder that was lost for good: the operator says so, and every desk speaks first.
    fs::write(other.path().join("restored"), "").unwrap();
    open(&kit, other.path()).await.unwrap().close().await;
    assert_eq!(kit.type_wrong(&sent, 1).await.code(), ErrorCode::ResyncRequired);
    assert!(matches!(open(&kit, kit.folder.path()).await.err(), Some(PortalError::OtherLinkKeys)));
}

#[tokio::test]
async fn the_one_store_without_the_other_is_no_portal() {
    let kit = Kit::shared().await;
    let file = kit.folder.path().join("portal.json");
    let settings: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    for half in ["store", "link_keys"] {
        let mut halved = settings.clone();
        halved["shared"].as_object_mut().unwrap().remove(half);
        fs::write(&file, halved.to_string()).unwrap();
        assert!(matches!(open(&kit, kit.folder.path()).await.err(), Some(PortalError::Settings)), "{half}");
    }
}

#[tokio::test]
async fn a_store_put_back_while_the_portal_runs_is_noticed_by_a_node_that_nobody_called() {
    let mut kit = Kit::shared().await;
    let sent = kit.send().await;
    let idle = Node::beside(&kit).await;
    kit.type_wrong(&sent, 1).await;
    idle.running.sweep().await.unwrap();
    kit.type_wrong(&sent, 2).await;
    kit.portal.close().await;
    // As an older state of the server has it: the last two tries are not there, nor their rows of the audit log.
    shared(&kit)
        .database
        .change(&[
            "ALTER TABLE audit DISABLE TRIGGER audit_is_not_changed",
            "DELETE FROM audit WHERE event = 'verify-started'",
            "UPDATE links SET used = 0",
        ])
        .await;
    idle.running.sweep().await.unwrap();
    assert_eq!(wrong(&kit, &idle, &sent, 3).await.code(), ErrorCode::ResyncRequired);
}

#[tokio::test]
async fn a_node_made_from_a_copy_of_the_folder_is_no_restore() {
    let mut kit = Kit::shared().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    let node = Node::beside(&kit).await;
    node.running.sweep().await.unwrap();
    kit.put_answer(&sent, &opened).await;
    assert!(wrong(&kit, &node, &sent, 2).await.status.is_success());
}

#[tokio::test]
async fn a_server_that_may_lose_what_it_acknowledged_is_refused() {
    let kit = Kit::shared().await;
    shared(&kit)
        .database
        .change(&["DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$"])
        .await;
    let refused = open(&kit, kit.folder.path()).await.err();
    assert!(matches!(refused, Some(PortalError::Store(StoreError::Unfit(_)))), "{refused:?}");
}

#[tokio::test]
async fn the_operators_look_reads_the_shared_store_and_changes_nothing() {
    let mut kit = Kit::shared().await;
    kit.send().await;
    let look = || Inspection::of(kit.folder.path()).unwrap().with_password(Some(postgres::password()));
    assert_eq!(look().clinics().await.unwrap().len(), 1);
    let AuditVerdict::Whole(head) = look().verify_audit(None).await.unwrap() else {
        panic!("the log is whole")
    };
    assert!(head.n > 2);
    assert_eq!(look().verify_audit(Some(head)).await.unwrap(), AuditVerdict::Whole(head));
    assert!(look().keys().await.unwrap().setups[0].in_use);
    let without = Inspection::of(kit.folder.path()).unwrap();
    assert!(without.clinics().await.is_err(), "the password is asked for");
    assert_eq!(kit.call(Request::get("/readyz").body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}
