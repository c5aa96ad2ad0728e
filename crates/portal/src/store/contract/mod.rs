//! What every engine must hold to. `store_contract!` makes a test of each sentence for an engine.

mod codes;
mod keys;
mod links;
mod opening;
mod policies;
mod telling;

use super::*;
use codes::*;
use keys::*;
use links::*;
use opening::*;
use policies::*;
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
use telling::*;

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
                a_codes_tries_are_counted_while_it_lives_and_up_to_a_maximum
                a_code_is_accepted_once_and_not_after_its_time
                a_dead_code_has_no_slot_and_is_named_until_its_key_is_gone
                codes_past_their_time_die_unless_they_were_accepted
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
                the_audit_log_has_no_gap_however_many_write_at_once
                the_store_of_link_keys_is_noted
                a_text_is_published_once_and_stays_as_it_was
                the_newest_version_is_the_one_that_was_published_last
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

macro_rules! link_key_contract {
    ($engine:ident, $fresh:expr) => {
        mod $engine {
            use super::*;
            store_contract!(@each $fresh;
                a_link_has_one_key_and_keeps_it
                a_destroyed_key_is_in_no_file_and_the_others_stay
                a_link_without_a_key_has_nothing_to_destroy
                a_probe_leaves_nothing
            );
        }
    };
}

link_key_contract!(sqlite_link_keys, async {
    let folder = tempfile::tempdir().unwrap();
    let keys = sqlite::SqliteLinkKeys::open(&folder.path().join("link-keys.sqlite")).await.unwrap();
    (KeysIn { keys: Arc::new(keys), folder: folder.path().to_owned() }, folder)
});

link_key_contract!(link_keys_in_a_folder, async {
    let folder = tempfile::tempdir().unwrap();
    let keys = key_folder::FolderLinkKeys::open(folder.path(), &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
    (KeysIn { keys: Arc::new(keys), folder: folder.path().to_owned() }, folder)
});

store_contract!(postgresql_engine, async {
    let database = crate::kit::postgres::Server::get().database().await;
    let password = crate::kit::postgres::password();
    let store =
        postgres::PostgresStore::open(database.address().options(Some(&password)).unwrap()).await.unwrap();
    (Arc::new(store) as Arc<dyn Store>, database)
});

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
