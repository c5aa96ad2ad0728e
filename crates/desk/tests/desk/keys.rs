//! Keys over time: the key for answers changes, its private half goes, the portal's keys are followed, the vault is restored.

use crate::{
    fixture::{Fixture, NUMBER},
    portal::ORIGIN,
};
use async_trait::async_trait;
use postern_desk::{
    Desk, Unlock,
    keys::{FollowError, Followed, KeysShown, RestoreError},
    ledger::Actor,
    portal::{Answer, Exchange, ExchangeError, PortalClient, Request},
    rng::SharedRng,
};
use postern_protocol::{
    keys::{PublicKey, SigningKeyPair},
    portal_keys::{self, PortalKeys},
    time::Timestamp,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::json;
use std::{fs, sync::Arc};

const DAY: i64 = 86_400;

async fn shown(fixture: &Fixture) -> KeysShown {
    fixture.desk.keys_shown().await.unwrap()
}

#[tokio::test]
async fn the_key_for_answers_changes_after_thirty_days_and_new_messages_name_the_new_one() {
    let fixture = Fixture::new().await;
    let first = fixture.open_visit().await.clinic_key;
    fixture.clock.forward(30 * DAY - 1);
    assert_eq!(fixture.desk.rotate_clinic_key_when_due().await.unwrap(), None);
    fixture.clock.forward(1);
    let second = fixture.desk.rotate_clinic_key_when_due().await.unwrap().unwrap();
    assert_eq!(fixture.desk.rotate_clinic_key_when_due().await.unwrap(), None);
    assert_ne!(first, second);
    assert_eq!(fixture.open_visit().await.clinic_key, second);
    let actors: Vec<Actor> = fixture
        .desk
        .ledger()
        .await
        .unwrap()
        .into_iter()
        .filter(|line| line.kind == "clinic-key-rotated")
        .map(|line| line.actor)
        .collect();
    assert_eq!(actors, [Actor::Desk]);
}

#[tokio::test]
async fn a_retired_key_stays_while_a_live_link_names_it_and_its_answers_are_booked() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    fixture.desk.rotate_clinic_key(Actor::Staff).await.unwrap();
    fixture.clock.forward(2 * 3600);
    fixture.read_feed().await;
    assert_eq!(shown(&fixture).await.clinic[0].destroyed_at, None);
    assert_eq!(shown(&fixture).await.clinic[0].live_links, 1);
    patient.confirm(&fixture.portal);
    assert_eq!(fixture.read_feed().await.records, 1);
}

#[tokio::test]
async fn a_retired_key_goes_after_its_last_link_and_what_it_opened_stays_provable() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    patient.confirm(&fixture.portal);
    fixture.read_feed().await;
    fixture.desk.rotate_clinic_key(Actor::Staff).await.unwrap();
    let client = fixture.client().await;
    fixture.desk.close(&client, &patient.lid().to_text()).await.unwrap();

    fixture.read_feed().await;
    assert_eq!(shown(&fixture).await.clinic[0].destroyed_at, None, "a send may still be under way with it");
    fixture.clock.forward(3601);
    fixture.portal.inside().down = true;
    let read = fixture.desk.read_feed(&client, std::time::Duration::ZERO).await;
    assert!(read.is_err());
    assert_eq!(shown(&fixture).await.clinic[0].destroyed_at, None, "the feed was not read to its end");
    fixture.portal.inside().down = false;
    fixture.read_feed().await;
    let keys = shown(&fixture).await.clinic;
    assert!(keys[0].destroyed_at.is_some());
    assert_eq!((keys[1].retired_at, keys[1].destroyed_at), (None, None));

    let inbox = fixture.desk.inbox().await.unwrap();
    assert!(inbox.records[0].signature_valid && inbox.records[0].receipt_valid);
    let exported = fixture.desk.export_keys().await.unwrap();
    assert_eq!(exported.clinic_keys.len(), 1, "the private half is nowhere");
    assert!(exported.records[0].cek.is_some(), "the answer has its own key");
}

#[tokio::test]
async fn the_private_half_is_in_no_file_of_the_store_any_more() {
    let fixture = Fixture::new().await;
    let patient = fixture.open_visit().await;
    // The sealed private half as it stands in the store: 12 bytes of nonce, 32 of key, 16 of tag.
    let before = files(&fixture);
    let address = format!("sqlite:{}", fixture.folder.path().join("desk.sqlite").display());
    let store = sqlx::SqlitePool::connect(&address).await.unwrap();
    let sealed: Vec<u8> =
        sqlx::query_scalar("SELECT private FROM clinic_key").fetch_one(&store).await.unwrap();
    store.close().await;
    assert_eq!(sealed.len(), 60);
    let holds = |bytes: &[u8]| bytes.windows(sealed.len()).any(|window| window == sealed);
    assert!(before.iter().any(|bytes| holds(bytes)), "it is found while it is there");
    fixture.desk.rotate_clinic_key(Actor::Staff).await.unwrap();
    fixture.desk.recall(&fixture.client().await, &patient.lid().to_text()).await.unwrap();
    fixture.clock.forward(3601);
    fixture.read_feed().await;
    assert!(shown(&fixture).await.clinic[0].destroyed_at.is_some());
    assert!(!files(&fixture).iter().any(|bytes| holds(bytes)));
}

fn files(fixture: &Fixture) -> Vec<Vec<u8>> {
    let names = fs::read_dir(fixture.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    names.filter(|path| path.is_file()).map(|path| fs::read(path).unwrap()).collect()
}

#[tokio::test]
async fn an_answer_that_waits_for_an_earlier_one_keeps_its_key() {
    let fixture = Fixture::new().await;
    let mut patient = fixture.open_visit().await;
    let (first, second) = (patient.answer(), patient.answer());
    let [first, second] = [first, second].map(|record| (record.rid, patient.seal(&record)));
    let lid = patient.lid();
    let receipts = [&first, &second].map(|(rid, jwe)| fixture.portal.receipt(&lid, rid, jwe));
    fixture.portal.say_record(&lid, &second.0, &second.1, &receipts[1]);
    fixture.read_feed().await;
    assert_eq!(fixture.reasons().await, ["gap"]);
    fixture.desk.rotate_clinic_key(Actor::Staff).await.unwrap();
    fixture.desk.close(&fixture.client().await, &lid.to_text()).await.unwrap();
    fixture.clock.forward(3601);
    fixture.read_feed().await;
    assert_eq!(shown(&fixture).await.clinic[0].destroyed_at, None);
    fixture.portal.say_record(&lid, &first.0, &first.1, &receipts[0]);
    assert_eq!(fixture.read_feed().await.records, 2);
    fixture.read_feed().await;
    assert!(shown(&fixture).await.clinic[0].destroyed_at.is_some());
}

/// Publishes one statement.
struct Publisher(String);

#[async_trait]
impl Exchange for Publisher {
    async fn exchange(&self, request: Request) -> Result<Answer, ExchangeError> {
        assert_eq!((request.method, request.path.as_str()), ("GET", "/.well-known/jwks.json"));
        assert_eq!(request.authorization, "", "what is public needs no token");
        let body = json!({ "keys": [], "postern_signed": self.0 }).to_string().into_bytes();
        Ok(Answer { status: 200, body })
    }
}

fn pair(seed: u64) -> SigningKeyPair {
    SigningKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(seed))
}

async fn publishing(
    fixture: &Fixture,
    signer: &SigningKeyPair,
    iss: &str,
    keys: &[PublicKey],
) -> PortalClient {
    let said = PortalKeys { iss: iss.to_owned(), at: Timestamp(1), keys: keys.to_vec() };
    let publisher = Publisher(portal_keys::sign(signer, &said));
    fixture.desk.portal(Arc::new(publisher)).await.unwrap()
}

#[tokio::test]
async fn the_portals_next_key_is_pinned_before_it_is_used_and_nothing_else_is() {
    let fixture = Fixture::new().await;
    let (one, two, three, four) = (pair(1), pair(2), pair(3), pair(4));
    let [a, b, c, d] = [&one, &two, &three, &four].map(SigningKeyPair::public);
    let mut pin = fixture.desk.portal_pin().await.unwrap().unwrap();
    pin.keys = vec![a, b];
    fixture.desk.pin(&pin).await.unwrap();

    let same = publishing(&fixture, &one, ORIGIN, &[a, b]).await;
    assert_eq!(fixture.desk.follow_portal_keys(&same).await.unwrap(), Followed::Same);
    // The one in use does not say: another next. A stranger's key. Another portal. A jump of two.
    for (signer, iss, keys) in [
        (&one, ORIGIN, [a, c]),
        (&four, ORIGIN, [d, c]),
        (&two, "https://other.example", [b, c]),
        (&three, ORIGIN, [c, d]),
    ] {
        let client = publishing(&fixture, signer, iss, &keys).await;
        let error = fixture.desk.follow_portal_keys(&client).await.unwrap_err();
        assert!(matches!(error, FollowError::Other | FollowError::Statement(_)), "{error:?}");
    }
    assert_eq!(fixture.desk.portal_pin().await.unwrap().unwrap().keys, [a, b]);

    let went_on = publishing(&fixture, &two, ORIGIN, &[b, c]).await;
    assert_eq!(fixture.desk.follow_portal_keys(&went_on).await.unwrap(), Followed::Pinned);
    assert_eq!(fixture.desk.portal_pin().await.unwrap().unwrap().keys, [b, c]);
    // The old statement, sent again, takes nothing back.
    assert!(fixture.desk.follow_portal_keys(&same).await.is_err());
    assert_eq!(fixture.desk.portal_pin().await.unwrap().unwrap().keys, [b, c]);
    assert_eq!(shown(&fixture).await.portal_ever, 4, "old receipts still have their keys");
}

#[tokio::test]
async fn the_recovery_copy_gives_a_backed_up_store_a_new_key_and_no_other_store() {
    let fixture = Fixture::new().await;
    let unlock = Unlock::KeyFile(fixture.folder.path().join("vault.key"));
    assert_eq!(shown(&fixture).await.recovery_printed, None);
    let key = fixture.desk.print_recovery(&unlock).await.unwrap();
    assert!(shown(&fixture).await.recovery_printed.is_some());
    fixture.desk.shut().await;

    let empty = tempfile::tempdir().unwrap();
    let rng = || SharedRng::new(ChaCha20Rng::seed_from_u64(9));
    let words = Unlock::Passphrase("a passphrase of the new machine".to_owned().into());
    let none = Desk::restore_vault(empty.path(), &key, &words, &*fixture.clock, rng(), "front desk").await;
    assert!(matches!(none, Err(RestoreError::NoStore(_))));
    fs::copy(fixture.folder.path().join("desk.sqlite"), empty.path().join("desk.sqlite")).unwrap();
    let other =
        Desk::restore_vault(empty.path(), &[7; 32], &words, &*fixture.clock, rng(), "front desk").await;
    assert!(matches!(other, Err(RestoreError::OtherStore)));
    Desk::restore_vault(empty.path(), &key, &words, &*fixture.clock, rng(), "front desk").await.unwrap();
    let desk = Desk::open(empty.path(), &words, fixture.clock.clone(), rng()).await.unwrap();
    assert!(desk.ledger().await.unwrap().iter().any(|line| line.kind == "vault-restored"));
    let about = postern_desk::history::About::Number(NUMBER.to_owned());
    assert_eq!(desk.history(&about).await.unwrap().people[0].id, "p-1");
    assert!(Desk::open(empty.path(), &unlock, fixture.clock.clone(), rng()).await.is_err());
}
