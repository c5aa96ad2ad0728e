//! What every engine must hold to. `store_contract!` makes a test of each sentence for an engine.

use super::*;
use postern_protocol::{
    base64url::FixedBytes,
    digest::Digest,
    factor::Policy,
    id::{ClinicId, LinkId, RecordId},
    keys::SigningKeyPair,
    time::Timestamp,
    wire::{desk_feed::FeedWhat, verify::OwnCopy},
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::sync::Arc;

/// The engines' contract as tests: `$fresh` is an async expression that gives an empty store and what keeps it alive.
macro_rules! store_contract {
    ($engine:ident, $fresh:expr) => {
        mod $engine {
            use super::*;
            store_contract!(@each $fresh;
                what_is_not_committed_never_was
                a_view_cannot_write
                a_link_is_inserted_once_and_ends_once
                tries_are_counted_only_while_active_and_below_the_maximum
                a_try_given_back_never_goes_below_zero
                parallel_counting_lets_exactly_the_maximum_through
                an_unlock_is_once_and_lets_locked_be_told_again
                slot_numbers_only_grow
                evaluations_are_bounded_and_remember_their_setup
                slots_past_their_time_are_not_open
                messages_are_numbered_without_gap
                a_login_belongs_to_its_link_and_finishes_once
                a_session_belongs_to_its_link_and_ends
                receipts_and_own_copies_keep_their_order
                a_link_is_full_at_its_records_or_bytes
                a_link_record_is_noted_once_up_to_a_maximum
                feed_numbers_are_each_clinics_own_and_the_cursor_never_goes_back
                what_the_desk_passed_is_dropped_and_nothing_else
                a_desk_token_is_noted_once_a_clinic
                audit_rows_follow_each_other
                a_forgotten_link_leaves_nothing_but_what_the_desk_has_not_fetched
                a_clinic_is_changed_without_losing_its_place
            );
        }
    };
    (@each $fresh:expr; $($sentence:ident)*) => {
        $(#[tokio::test]
        async fn $sentence() {
            let (store, _alive) = $fresh.await;
            super::$sentence(store).await;
        })*
    };
}

store_contract!(sqlite_engine, async {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite::SqliteStore::open(&folder.path().join("portal.sqlite")).await.unwrap();
    (Arc::new(store) as Arc<dyn Store>, folder)
});

const NOW: Timestamp = Timestamp(1_000_000);
const LATER: Timestamp = Timestamp(2_000_000);
const LID: LinkId = FixedBytes([1; 16]);
const HASH: Digest = FixedBytes([2; 32]);

fn oak() -> ClinicId {
    ClinicId::new("oak").unwrap()
}

async fn with_clinic(store: &Arc<dyn Store>, id: &str) {
    let key = SigningKeyPair::generate(&mut ChaCha20Rng::seed_from_u64(1)).public();
    let mut transaction = store.write().await.unwrap();
    let clinic = Clinic {
        public: crate::kit::public(id),
        host: format!("{id}.example"),
        desk_key: key,
        synced: FixedBytes([3; 16]),
        heard: None,
        cursor: 0,
    };
    transaction.put_clinic(&clinic).await.unwrap();
    transaction.commit().await.unwrap();
}

fn link(lid: LinkId) -> Link {
    Link {
        lid,
        clinic: oak(),
        policy: Policy::BirthDate,
        claim_sha256: HASH,
        state: LinkState::New,
        tries: Tries { used: 0, max: 3 },
        unlocked: false,
        expires: LATER,
        highest_slot: 0,
        records: 0,
        bytes: 0,
    }
}

/// A transaction on a store with the oak clinic and one active link.
async fn active(store: &Arc<dyn Store>) -> Box<dyn Transaction> {
    with_clinic(store, "oak").await;
    let mut transaction = store.write().await.unwrap();
    assert!(transaction.insert_link(&link(LID), NOW).await.unwrap());
    transaction.activate_link(&LID).await.unwrap();
    transaction
}

async fn what_is_not_committed_never_was(store: Arc<dyn Store>) {
    drop(active(&store).await);
    assert_eq!(store.read().await.unwrap().link(&LID).await.unwrap(), None);
    active(&store).await.commit().await.unwrap();
    let link = store.read().await.unwrap().link(&LID).await.unwrap().unwrap();
    assert_eq!(link, Link { state: LinkState::Active, ..self::link(LID) });
}

async fn a_view_cannot_write(store: Arc<dyn Store>) {
    active(&store).await.commit().await.unwrap();
    assert!(store.read().await.unwrap().count_try(&LID, NOW).await.is_err());
}

async fn a_link_is_inserted_once_and_ends_once(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert!(!store.insert_link(&link(LID), NOW).await.unwrap());
    assert_eq!(store.links_past(LATER, 9).await.unwrap(), [LID]);
    assert!(store.links_past(NOW, 9).await.unwrap().is_empty());
    assert!(store.end_link(&LID, Ending::Recalled, NOW).await.unwrap());
    assert!(!store.end_link(&LID, Ending::Expired, NOW).await.unwrap());
    let link = store.link(&LID).await.unwrap().unwrap();
    assert_eq!(link.state, LinkState::Ended(Ending::Recalled));
    assert!(store.links_past(LATER, 9).await.unwrap().is_empty());
    assert_eq!(store.links_with_key_to_destroy(9).await.unwrap(), [LID]);
    store.note_key_destroyed(&LID).await.unwrap();
    assert!(store.links_with_key_to_destroy(9).await.unwrap().is_empty());
}

async fn tries_are_counted_only_while_active_and_below_the_maximum(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert_eq!(store.count_try(&LID, LATER).await.unwrap(), None);
    for used in 1..=3 {
        assert_eq!(store.count_try(&LID, NOW).await.unwrap(), Some(Tries { used, max: 3 }));
    }
    assert_eq!(store.count_try(&LID, NOW).await.unwrap(), None);
    let new = FixedBytes([9; 16]);
    store.insert_link(&link(new), NOW).await.unwrap();
    assert_eq!(store.count_try(&new, NOW).await.unwrap(), None);
    store.activate_link(&new).await.unwrap();
    store.end_link(&new, Ending::Closed, NOW).await.unwrap();
    assert_eq!(store.count_try(&new, NOW).await.unwrap(), None);
}

async fn a_try_given_back_never_goes_below_zero(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert_eq!(store.give_back_try(&LID).await.unwrap(), None);
    store.count_try(&LID, NOW).await.unwrap();
    assert_eq!(store.give_back_try(&LID).await.unwrap(), Some(Tries { used: 0, max: 3 }));
    store.raise_used(&LID, 2).await.unwrap();
    store.raise_used(&LID, 1).await.unwrap();
    assert_eq!(store.link(&LID).await.unwrap().unwrap().tries.used, 2);
}

async fn parallel_counting_lets_exactly_the_maximum_through(store: Arc<dyn Store>) {
    active(&store).await.commit().await.unwrap();
    let mut counting = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let store = store.clone();
        counting.spawn(async move {
            let mut store = store.write().await.unwrap();
            let counted = store.count_try(&LID, NOW).await.unwrap().is_some();
            store.commit().await.unwrap();
            counted
        });
    }
    let counted = counting.join_all().await;
    assert_eq!(counted.into_iter().filter(|counted| *counted).count(), 3);
}

async fn an_unlock_is_once_and_lets_locked_be_told_again(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert!(store.mark_locked_told(&LID).await.unwrap());
    assert!(!store.mark_locked_told(&LID).await.unwrap());
    assert_eq!(store.unlock(&LID, 5).await.unwrap(), Some(Tries { used: 0, max: 8 }));
    assert_eq!(store.unlock(&LID, 5).await.unwrap(), None);
    assert!(store.mark_locked_told(&LID).await.unwrap());
    assert!(store.mark_opened(&LID, NOW).await.unwrap());
    assert!(!store.mark_opened(&LID, NOW).await.unwrap());
}

fn slot(number: u16, until: Timestamp) -> Slot {
    Slot {
        lid: LID,
        number,
        factor: Policy::BirthDate,
        level: 1,
        suite: 1,
        setup: 4,
        until,
        sealed: vec![1, 2, 3],
    }
}

async fn slot_numbers_only_grow(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    for (number, fits) in [(0, false), (2, true), (2, false), (1, false), (3, true)] {
        assert_eq!(store.insert_slot(&slot(number, LATER)).await.unwrap(), fits, "{number}");
    }
    store.drop_slots(&LID).await.unwrap();
    assert_eq!(store.slot(&LID, 3).await.unwrap(), None);
    assert!(!store.insert_slot(&slot(3, LATER)).await.unwrap());
    assert_eq!(store.link(&LID).await.unwrap().unwrap().highest_slot, 3);
}

async fn evaluations_are_bounded_and_remember_their_setup(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert_eq!(store.evaluated_setup(&LID, 1).await.unwrap(), None);
    assert!(store.count_evaluation(&LID, 1, 4, 2).await.unwrap());
    assert!(store.count_evaluation(&LID, 1, 5, 2).await.unwrap());
    assert!(!store.count_evaluation(&LID, 1, 6, 2).await.unwrap());
    assert!(store.count_evaluation(&LID, 2, 6, 2).await.unwrap());
    assert_eq!(store.evaluated_setup(&LID, 1).await.unwrap(), Some(5));
}

async fn slots_past_their_time_are_not_open(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    store.insert_slot(&slot(1, LATER)).await.unwrap();
    store.insert_slot(&slot(2, NOW)).await.unwrap();
    assert_eq!(store.open_slots(&LID, NOW).await.unwrap(), [slot(1, LATER)]);
    assert_eq!(store.slot(&LID, 2).await.unwrap(), Some(slot(2, NOW)));
    assert_eq!(store.drop_slots_past(NOW).await.unwrap(), 1);
    assert_eq!(store.slot(&LID, 2).await.unwrap(), None);
}

async fn messages_are_numbered_without_gap(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    let envelope = |id: u8, number, level| Envelope {
        mid: FixedBytes([id; 16]),
        number,
        level,
        jwe: format!("message {id}"),
    };
    assert!(!store.insert_envelope(&LID, &envelope(1, 2, 1)).await.unwrap());
    assert!(store.insert_envelope(&LID, &envelope(1, 1, 1)).await.unwrap());
    assert!(!store.insert_envelope(&LID, &envelope(1, 2, 1)).await.unwrap());
    assert!(!store.insert_envelope(&LID, &envelope(2, 1, 1)).await.unwrap());
    assert!(store.insert_envelope(&LID, &envelope(2, 2, 2)).await.unwrap());
    assert_eq!(store.envelopes(&LID, 1).await.unwrap(), [envelope(1, 1, 1)]);
    assert_eq!(store.envelopes(&LID, 2).await.unwrap(), [envelope(1, 1, 1), envelope(2, 2, 2)]);
    assert_eq!(store.envelope(&LID, &FixedBytes([2; 16])).await.unwrap(), Some(envelope(2, 2, 2)));
    store.drop_envelopes(&LID).await.unwrap();
    assert!(store.envelopes(&LID, 2).await.unwrap().is_empty());
}

async fn a_login_belongs_to_its_link_and_finishes_once(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    let id = FixedBytes([5; 16]);
    let login = Login {
        id,
        lid: LID,
        slot: 1,
        ke1_sha256: HASH,
        sealed: vec![9],
        started: NOW,
        progress: Progress::Started,
    };
    store.insert_login(&login).await.unwrap();
    assert!(store.insert_login(&Login { id: FixedBytes([6; 16]), ..login.clone() }).await.is_err());
    let other = FixedBytes([7; 16]);
    assert_eq!(store.login(&id, &other).await.unwrap(), None);
    assert_eq!(store.login_by_ke1(&LID, 2, &HASH).await.unwrap(), None);
    assert_eq!(store.login_by_ke1(&LID, 1, &HASH).await.unwrap(), Some(login.clone()));
    assert!(!store.finish_login(&id, &other, &HASH, &[], LATER).await.unwrap());
    assert!(store.finish_login(&id, &LID, &HASH, &[8], LATER).await.unwrap());
    assert!(!store.finish_login(&id, &LID, &HASH, &[], LATER).await.unwrap());
    let done = Login { sealed: vec![8], progress: Progress::Done { ke3_sha256: HASH, at: LATER }, ..login };
    assert_eq!(store.login(&id, &LID).await.unwrap(), Some(done.clone()));
    assert!(store.logins_started_until(Timestamp(NOW.0 - 1), 9).await.unwrap().is_empty());
    assert_eq!(store.logins_started_until(NOW, 9).await.unwrap(), [done]);
    store.drop_login(&id).await.unwrap();
    assert_eq!(store.login(&id, &LID).await.unwrap(), None);
}

async fn a_session_belongs_to_its_link_and_ends(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    let login = FixedBytes([5; 16]);
    let session = Session { token_sha256: HASH, lid: LID, login, slot: 1, level: 1, seen: NOW, ends: LATER };
    store.insert_session(&session).await.unwrap();
    assert_eq!(store.session(&HASH, &FixedBytes([7; 16])).await.unwrap(), None);
    assert_eq!(store.session(&HASH, &LID).await.unwrap(), Some(session.clone()));
    assert_eq!(store.session_of_login(&login).await.unwrap(), Some(session.clone()));
    let seen = Timestamp(NOW.0 + 5);
    store.renew_session(&HASH, seen).await.unwrap();
    store.renew_session(&HASH, NOW).await.unwrap();
    assert_eq!(store.session(&HASH, &LID).await.unwrap().unwrap().seen, seen);
    assert_eq!(store.drop_sessions_past(NOW, NOW).await.unwrap(), 0);
    assert_eq!(store.drop_sessions_past(seen, NOW).await.unwrap(), 1);
    store.insert_session(&session).await.unwrap();
    assert_eq!(store.drop_sessions_past(Timestamp(0), LATER).await.unwrap(), 1);
    store.insert_session(&session).await.unwrap();
    assert!(store.end_session(&HASH).await.unwrap());
    assert!(!store.end_session(&HASH).await.unwrap());
}

fn record(number: u32) -> Record {
    Record {
        lid: LID,
        clinic: oak(),
        rid: RecordId::from_u128(u128::from(number)),
        epoch: FixedBytes([3; 16]),
        seq: number,
        sha256: HASH,
        own_sha256: HASH,
        jwe: format!("record {number}"),
        receipt: format!("receipt {number}"),
        received: NOW,
    }
}

async fn receipts_and_own_copies_keep_their_order(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert_eq!(store.last_receipt(&LID).await.unwrap(), None);
    for number in [1, 2, 3] {
        store.insert_record(&record(number)).await.unwrap();
        let level = if number == 2 { 2 } else { 1 };
        let own = OwnCopy { rid: record(number).rid, level, jwe: format!("own {number}") };
        store.insert_own_copy(&LID, &own).await.unwrap();
    }
    assert_eq!(store.receipts(&LID).await.unwrap(), ["receipt 1", "receipt 2", "receipt 3"]);
    let last = store.last_receipt(&LID).await.unwrap().unwrap();
    assert_eq!((last.seq, last.receipt.as_str()), (3, "receipt 3"));
    assert_eq!(store.record(&LID, &record(2).rid).await.unwrap(), Some(record(2)));
    let jwes = |own: Vec<OwnCopy>| own.into_iter().map(|own| own.jwe).collect::<Vec<_>>();
    assert_eq!(jwes(store.own_copies(&LID, 1).await.unwrap()), ["own 1", "own 3"]);
    assert_eq!(jwes(store.own_copies(&LID, 2).await.unwrap()), ["own 1", "own 2", "own 3"]);
    store.drop_own_copies(&LID).await.unwrap();
    assert!(store.own_copies(&LID, 2).await.unwrap().is_empty());
    assert!(store.insert_record(&Record { rid: RecordId::from_u128(9), ..record(3) }).await.is_err());
}

async fn a_link_is_full_at_its_records_or_bytes(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert!(store.grow_link(&LID, 60, 100).await.unwrap());
    assert!(!store.grow_link(&LID, 41, 100).await.unwrap());
    assert!(store.count_record(&LID, 40, 2, 100).await.unwrap());
    assert!(!store.count_record(&LID, 1, 2, 100).await.unwrap());
    assert!(store.count_record(&LID, 0, 2, 100).await.unwrap());
    assert!(!store.count_record(&LID, 0, 2, 100).await.unwrap());
    let link = store.link(&LID).await.unwrap().unwrap();
    assert_eq!((link.records, link.bytes), (2, 100));
}

async fn a_link_record_is_noted_once_up_to_a_maximum(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    let hash = |byte| FixedBytes([byte; 32]);
    assert_eq!(store.note_link_record(&LID, &hash(1), NOW, 2).await.unwrap(), Stored::New);
    assert_eq!(store.note_link_record(&LID, &hash(1), NOW, 2).await.unwrap(), Stored::Repeated);
    assert_eq!(store.note_link_record(&LID, &hash(2), NOW, 2).await.unwrap(), Stored::New);
    assert_eq!(store.note_link_record(&LID, &hash(3), NOW, 2).await.unwrap(), Stored::Full);
    assert_eq!(store.note_link_record(&LID, &hash(2), NOW, 2).await.unwrap(), Stored::Repeated);
}

async fn feed_numbers_are_each_clinics_own_and_the_cursor_never_goes_back(store: Arc<dyn Store>) {
    with_clinic(&store, "elm").await;
    let mut store = active(&store).await;
    let event = NewEvent::Other(&FeedWhat::Opened);
    assert_eq!(store.feed(&oak(), &LID, event.clone(), NOW).await.unwrap(), 1);
    let elm = ClinicId::new("elm").unwrap();
    assert_eq!(store.feed(&elm, &LID, event.clone(), NOW).await.unwrap(), 1);
    assert_eq!(store.feed(&oak(), &LID, event.clone(), NOW).await.unwrap(), 2);
    let numbers = |page: Vec<postern_protocol::wire::desk_feed::FeedEvent>| {
        page.into_iter().map(|event| event.n).collect::<Vec<_>>()
    };
    assert_eq!(numbers(store.feed_after(&oak(), 0, 9).await.unwrap()), [1, 2]);
    assert_eq!(numbers(store.feed_after(&oak(), 0, 1).await.unwrap()), [1]);
    assert_eq!(numbers(store.feed_after(&oak(), 1, 9).await.unwrap()), [2]);
    for (after, cursor) in [(1, 1), (0, 1), (9, 2), (1, 2)] {
        store.pass_feed(&oak(), after, NOW).await.unwrap();
        assert_eq!(store.clinic(&oak()).await.unwrap().unwrap().cursor, cursor, "{after}");
    }
    store.raise_feed_numbers(100).await.unwrap();
    assert_eq!(store.feed(&oak(), &LID, event.clone(), NOW).await.unwrap(), 101);
    assert!(store.commit().await.unwrap().fed);
}

async fn what_the_desk_passed_is_dropped_and_nothing_else(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    for number in [1, 2] {
        store.insert_record(&record(number)).await.unwrap();
        store.feed(&oak(), &LID, NewEvent::Record(&record(number).rid), NOW).await.unwrap();
    }
    store.pass_feed(&oak(), 1, NOW).await.unwrap();
    assert_eq!(store.drop_feed_passed(NOW).await.unwrap(), 0);
    assert_eq!(store.drop_feed_passed(LATER).await.unwrap(), 1);
    let page = store.feed_after(&oak(), 0, 9).await.unwrap();
    let what =
        FeedWhat::Record { rid: record(2).rid, jwe: "record 2".to_owned(), receipt: "receipt 2".to_owned() };
    assert_eq!(page.into_iter().map(|event| event.what).collect::<Vec<_>>(), [what]);
    assert_eq!(store.record(&LID, &record(1).rid).await.unwrap().unwrap().jwe, "");
    assert_eq!(store.receipts(&LID).await.unwrap().len(), 2);
}

async fn a_desk_token_is_noted_once_a_clinic(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert!(store.note_desk_token(&oak(), &HASH, LATER).await.unwrap());
    assert!(!store.note_desk_token(&oak(), &HASH, LATER).await.unwrap());
    assert!(store.note_desk_token(&ClinicId::new("elm").unwrap(), &HASH, NOW).await.unwrap());
    assert_eq!(store.drop_desk_tokens_past(Timestamp(NOW.0 + 1)).await.unwrap(), 1);
    assert!(!store.note_desk_token(&oak(), &HASH, LATER).await.unwrap());
}

async fn audit_rows_follow_each_other(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert_eq!(store.audit_head().await.unwrap(), AuditHead::EMPTY);
    let entry =
        |lid| AuditEntry { at: NOW, actor: Actor::Desk, lid, event: Event::LinkMade, outcome: Outcome::Done };
    let first = store.audit(entry(Some(&LID))).await.unwrap();
    let second = store.audit(entry(None)).await.unwrap();
    assert_eq!((first.n, second.n), (1, 2));
    let rows = store.audit_rows(0, 9).await.unwrap();
    assert_eq!(rows[0].hash, rows[0].hash_after(&AuditHead::EMPTY.head));
    assert_eq!(rows[1].hash, rows[1].hash_after(&first.head));
    assert_eq!(store.audit_row(2).await.unwrap(), Some(rows[1].clone()));
    assert_eq!((rows[0].lid, rows[1].lid), (Some(LID), None));
    assert_eq!(store.audit_head().await.unwrap(), second);
    assert_eq!(store.commit().await.unwrap().audit, Some(second));
}

async fn a_forgotten_link_leaves_nothing_but_what_the_desk_has_not_fetched(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    store.insert_record(&record(1)).await.unwrap();
    store.feed(&oak(), &LID, NewEvent::Record(&record(1).rid), NOW).await.unwrap();
    store.end_link(&LID, Ending::Closed, NOW).await.unwrap();
    assert_eq!(store.forget_links(LATER, 9).await.unwrap(), 0, "its key is not destroyed yet");
    store.note_key_destroyed(&LID).await.unwrap();
    assert_eq!(store.forget_links(LATER, 9).await.unwrap(), 0, "the desk has not fetched its record");
    store.pass_feed(&oak(), 1, NOW).await.unwrap();
    store.drop_feed_passed(LATER).await.unwrap();
    assert_eq!(store.forget_links(NOW, 9).await.unwrap(), 0, "it ended too lately");
    assert_eq!(store.forget_links(LATER, 9).await.unwrap(), 1);
    assert_eq!(store.link(&LID).await.unwrap(), None);
    assert!(store.receipts(&LID).await.unwrap().is_empty());
}

async fn a_clinic_is_changed_without_losing_its_place(store: Arc<dyn Store>) {
    let mut transaction = active(&store).await;
    transaction.feed(&oak(), &LID, NewEvent::Other(&FeedWhat::Opened), NOW).await.unwrap();
    transaction.pass_feed(&oak(), 1, NOW).await.unwrap();
    transaction.note_heard(&oak(), NOW).await.unwrap();
    transaction.note_synced(&oak(), &FixedBytes([8; 16])).await.unwrap();
    transaction.commit().await.unwrap();
    with_clinic(&store, "oak").await;
    let mut view = store.read().await.unwrap();
    let clinic = view.clinic_at("oak.example").await.unwrap().unwrap();
    assert_eq!((clinic.cursor, clinic.heard, clinic.synced), (1, Some(NOW), FixedBytes([8; 16])));
    assert_eq!(view.clinics().await.unwrap(), [clinic]);
}
