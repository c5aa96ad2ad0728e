//! Making a portal, enrolling clinics, renewing keys.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::http::Method;
use kit::{Kit, ORIGIN, public};
use postern_portal::{Enrolment, Portal, PortalError};
use postern_protocol::{keys::SigningKeyPair, receipt};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::json;

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
    let host = Some("no host".to_owned());
    assert!(matches!(kit.portal.enrol(&Enrolment { host, ..enrolment }).await, Err(PortalError::Host(_))));
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

#[tokio::test]
async fn renewed_keys_sign_what_was_pinned_ahead_and_old_links_still_open() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    let before = kit.put_answer(&sent, &opened).await;
    let pins = kit.portal.renew_keys().await.unwrap();
    kit.restart().await;
    assert_eq!(pins[0], kit.oak.pin.keys[1]);
    let after = kit.put_answer(&sent, &opened).await;
    assert!(receipt::verify(&after, &pins[..1]).is_ok());
    let receipts = [before, after];
    assert_eq!(receipt::chain(&sent.lid, &receipts, &kit.oak.pin.keys).unwrap().len(), 2);
    kit.open(&sent, 2).await;
    let newer = kit.send().await;
    kit.open(&newer, 3).await;
    assert_eq!(setups(&kit), ["1", "2"]);
}

#[tokio::test]
async fn a_setup_goes_with_the_renewal_after_its_last_link_ended() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    kit.portal.renew_keys().await.unwrap();
    assert_eq!(setups(&kit), ["1", "2"]);
    kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
    kit.portal.renew_keys().await.unwrap();
    assert_eq!(setups(&kit), ["2", "3"]);
}
