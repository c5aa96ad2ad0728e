//! Making a portal, enrolling clinics, renewing keys.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use kit::{HOST, Kit, ORIGIN, public};
use postern_portal::{AuditVerdict, Enrolment, Inspection, Portal, PortalError, restore_keys};
use postern_protocol::{keys::SigningKeyPair, portal_keys, receipt, time::Timestamp};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};

fn setups(kit: &Kit) -> Vec<String> {
    let keys = std::fs::read(kit.folder.path().join("keys.json")).unwrap();
    let keys: serde_json::Value = serde_json::from_slice(&keys).unwrap();
    keys["setups"].as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn a_folder_that_has_keys_is_not_made_again() {
    let kit = Kit::new().await;
    let before = std::fs::read(kit.folder.path().join("keys.json")).unwrap();
    let again = Portal::init(kit.folder.path(), ORIGIN, Box::new(ChaCha20Rng::seed_from_u64(9)));
    assert!(matches!(again, Err(PortalError::Keys(_))));
    assert_eq!(std::fs::read(kit.folder.path().join("keys.json")).unwrap(), before);
}

#[tokio::test]
async fn an_origin_that_is_none_makes_no_portal() {
    let folder = tempfile::tempdir().unwrap();
    let made = Portal::init(folder.path(), "door.example", Box::new(ChaCha20Rng::seed_from_u64(9)));
    assert!(matches!(made, Err(PortalError::Host(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_host_has_one_clinic() {
    let mut kit = Kit::new().await;
    let desk_key = SigningKeyPair::generate(&mut kit.rng).public();
    let enrolment = Enrolment { clinic: public("elm"), host: None, desk_key };
    assert!(matches!(kit.portal.enrol(&enrolment).await, Err(PortalError::HostTaken(_))));
    let host = Some("door.elm.example".to_owned());
    let pin = kit.portal.enrol(&Enrolment { host, ..enrolment.clone() }).await.unwrap();
    assert_eq!(pin.link_origin.as_deref(), Some("https://door.elm.example"));
    assert_eq!((pin.origin.as_str(), &pin.keys), (ORIGIN, &kit.oak.pin.keys));
    for host in ["no host", "door.elm.example:8443"] {
        let enrolment = Enrolment { host: Some(host.to_owned()), ..enrolment.clone() };
        assert!(matches!(kit.portal.enrol(&enrolment).await, Err(PortalError::Host(_))), "{host}");
    }
}

#[tokio::test]
async fn a_clinic_that_enrols_again_keeps_its_links_and_changes_its_key() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    kit.oak.desk_key = SigningKeyPair::generate(&mut kit.rng);
    let enrolment = Enrolment { clinic: public("oak"), host: None, desk_key: kit.oak.desk_key.public() };
    kit.portal.enrol(&enrolment).await.unwrap();
    let status = kit.desk(Method::POST, &sent.path("/unlock"), &json!({})).await;
    assert!(status.status.is_success());
    kit.open(&sent, 1).await;
}

const DAY: i64 = 86_400;
const NOON: Timestamp = Timestamp(1_795_000_000_000);

fn look(kit: &Kit) -> Inspection {
    Inspection::of(kit.folder.path()).unwrap()
}

async fn key_set(kit: &Kit) -> Value {
    let request = Request::get("/.well-known/jwks.json").header(header::HOST, HOST).body(Body::empty());
    kit.call(request.unwrap()).await.json()
}

#[tokio::test]
async fn a_rotated_key_signs_what_was_pinned_ahead_and_old_links_still_open() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    let before = kit.put_answer(&sent, &opened).await;
    let now = kit.now();
    let pins = look(&kit).rotate_signing(&mut kit.rng, now, false).await.unwrap();
    kit.restart().await;
    assert_eq!(pins[0], kit.oak.pin.keys[1]);
    let after = kit.put_answer(&sent, &opened).await;
    assert!(receipt::verify(&after, &pins[..1]).is_ok());
    let receipts = [before, after];
    assert_eq!(receipt::chain(&sent.lid, &receipts, &kit.oak.pin.keys).unwrap().len(), 2);
}

#[tokio::test]
async fn the_next_key_is_used_only_when_every_live_link_and_desk_can_know_it() {
    let mut kit = Kit::new().await;
    let start = kit.now();
    let ready = start.plus_seconds(97 * DAY);
    look(&kit).rotate_signing(&mut kit.rng, start, false).await.unwrap();
    let early = look(&kit).rotate_signing(&mut kit.rng, ready.plus_seconds(-1), false).await;
    assert!(matches!(early, Err(PortalError::NotPinned(not_yet)) if not_yet.ready == ready));
    look(&kit).rotate_signing(&mut kit.rng, ready, false).await.unwrap();
    let stolen = look(&kit).rotate_signing(&mut kit.rng, ready.plus_seconds(DAY), true).await;
    assert!(stolen.is_ok(), "a stolen key does not wait");
    assert_eq!(look(&kit).keys().await.unwrap().retired.len(), 3);
}

#[tokio::test]
async fn retired_keys_stay_published_for_ten_years() {
    let mut kit = Kit::new().await;
    let (start, first) = (kit.now(), kit.oak.pin.keys[0]);
    let published = async |kit: &mut Kit, days: i64| {
        look(kit).rotate_signing(&mut kit.rng, start.plus_seconds(days * DAY), false).await.unwrap();
        kit.restart().await;
        key_set(kit).await["keys"].to_string().contains(&first.thumbprint().to_text())
    };
    assert!(published(&mut kit, 0).await);
    assert!(published(&mut kit, 3652).await);
    assert!(!published(&mut kit, 3752).await);
}

#[tokio::test]
async fn the_portal_says_its_keys_signed_with_the_one_in_use() {
    let kit = Kit::new().await;
    let set = key_set(&kit).await;
    let said = portal_keys::verify(set["postern_signed"].as_str().unwrap(), &kit.oak.pin.keys[..1]).unwrap();
    assert_eq!((said.iss.as_str(), said.at), (ORIGIN, kit.now()));
    assert_eq!(said.keys, kit.oak.pin.keys);
}

#[tokio::test]
async fn a_new_setup_serves_new_records_only() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    assert_eq!(look(&kit).new_setup(&mut kit.rng, NOON).await.unwrap(), 2);
    kit.restart().await;
    kit.open(&sent, 1).await;
    let newer = kit.send().await;
    kit.open(&newer, 2).await;
    assert_eq!(setups(&kit), ["1", "2"]);
}

#[tokio::test]
async fn a_setup_goes_with_the_renewal_after_its_last_link_ended() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    look(&kit).new_setup(&mut kit.rng, NOON).await.unwrap();
    assert_eq!(setups(&kit), ["1", "2"]);
    kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
    look(&kit).new_setup(&mut kit.rng, NOON).await.unwrap();
    assert_eq!(setups(&kit), ["2", "3"]);
}

#[tokio::test]
async fn the_recovery_copy_brings_back_the_keys_as_they_were_last_and_an_old_link_opens() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let now = kit.now();
    let key = look(&kit).print_recovery(&mut kit.rng, now).await.unwrap();
    // Keys change after the printing: the paper stays good.
    look(&kit).rotate_signing(&mut kit.rng, now, false).await.unwrap();
    look(&kit).new_setup(&mut kit.rng, NOON).await.unwrap();
    let again = look(&kit).print_recovery(&mut kit.rng, now).await.unwrap();
    assert_eq!(again, key, "the same key each time");
    assert!(look(&kit).keys().await.unwrap().sealed_copy_fits);
    let pins = look(&kit).pins().unwrap();

    let keys = kit.folder.path().join("keys.json");
    assert!(restore_keys(kit.folder.path(), &key).is_err(), "keys that are there are left alone");
    let lost = std::fs::read(&keys).unwrap();
    std::fs::remove_file(&keys).unwrap();
    assert!(restore_keys(kit.folder.path(), &[7; 32].into()).is_err(), "another paper");
    restore_keys(kit.folder.path(), &key).unwrap();
    assert_eq!(std::fs::read(&keys).unwrap(), lost);
    kit.restart().await;
    let opened = kit.open(&sent, 1).await;
    let receipt = kit.put_answer(&sent, &opened).await;
    assert!(receipt::verify(&receipt, &pins).is_ok());
}

#[tokio::test]
async fn the_sealed_copy_holds_no_key_in_clear() {
    let mut kit = Kit::new().await;
    let now = kit.now();
    look(&kit).print_recovery(&mut kit.rng, now).await.unwrap();
    let file = |name: &str| std::fs::read(kit.folder.path().join(name)).unwrap();
    let keys: Value = serde_json::from_slice(&file("keys.json")).unwrap();
    let (clear, sealed) = (file("keys.json"), file("keys.sealed"));
    for name in ["login_key", "signing", "signing_next"] {
        let secret = keys[name].as_str().unwrap();
        let found = |bytes: &[u8]| memchr::memmem::find(bytes, secret.as_bytes()).is_some();
        assert!(found(&clear) && !found(&sealed), "{name}");
    }
}

#[tokio::test]
async fn looking_at_a_cut_log_does_not_take_it_for_a_restore() {
    let kit = Kit::new().await;
    let before = std::fs::read(kit.folder.path().join("audit-head.json")).unwrap();
    let AuditVerdict::Whole(head) = look(&kit).verify_audit(None).await.unwrap() else { panic!("whole") };
    let pool = kit::files::look_into(&kit.folder.path().join("portal.sqlite")).await;
    for statement in ["DROP TRIGGER audit_is_not_shortened", "DELETE FROM audit"] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
    for _ in 0..2 {
        assert_eq!(look(&kit).verify_audit(Some(head)).await.unwrap(), AuditVerdict::NotAsKept(head.n));
    }
    assert_eq!(std::fs::read(kit.folder.path().join("audit-head.json")).unwrap(), before);
    assert_eq!(look(&kit).noted_audit_head().unwrap(), Some(head));
}

#[tokio::test]
async fn what_is_done_to_the_keys_stands_in_the_audit_log_also_beside_a_running_portal() {
    let mut kit = Kit::new().await;
    let now = kit.now();
    look(&kit).rotate_signing(&mut kit.rng, now, false).await.unwrap();
    look(&kit).new_setup(&mut kit.rng, now).await.unwrap();
    look(&kit).print_recovery(&mut kit.rng, now).await.unwrap();
    kit.send().await;
    let pool = kit::files::look_into(&kit.folder.path().join("portal.sqlite")).await;
    let events: Vec<String> = sqlx::query_scalar("SELECT event FROM audit WHERE actor = 'system' ORDER BY n")
        .fetch_all(&pool)
        .await
        .unwrap();
    pool.close().await;
    assert_eq!(events, ["clinic-enrolled", "signing-key-rotated", "setup-made", "recovery-copy-printed"]);
    let noted = look(&kit).noted_audit_head().unwrap();
    assert!(matches!(look(&kit).verify_audit(noted).await.unwrap(), AuditVerdict::Whole(_)));
    let epoch = async |kit: &Kit| {
        let pool = kit::files::look_into(&kit.folder.path().join("portal.sqlite")).await;
        let epoch: Vec<u8> =
            sqlx::query_scalar("SELECT value FROM meta WHERE name = 'epoch'").fetch_one(&pool).await.unwrap();
        pool.close().await;
        epoch
    };
    let before = epoch(&kit).await;
    kit.restart().await;
    assert_eq!(epoch(&kit).await, before, "it is not taken for a restore");
}
