//! Codes.

use super::*;

fn made(slot: u16, until: Timestamp) -> Code {
    Code::fresh(LID, slot, NOW, until)
}

fn slot_of(code: &Code) -> Slot {
    Slot {
        lid: code.lid,
        number: code.slot,
        factor: Policy::Code,
        level: 1,
        suite: 1,
        setup: 4,
        until: code.until,
        sealed: vec![1, 2, 3],
    }
}

async fn upload(store: &mut dyn Transaction, code: &Code) {
    assert!(store.insert_slot(&slot_of(code)).await.unwrap());
    store.insert_code(code).await.unwrap();
}

async fn state(store: &mut dyn Transaction, slot: u16) -> CodeState {
    store.code(&LID, slot).await.unwrap().unwrap().state
}

pub(super) async fn a_codes_tries_are_counted_while_it_lives_and_up_to_a_maximum(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    upload(&mut *store, &made(1, LATER)).await;
    assert_eq!(store.code(&LID, 1).await.unwrap(), Some(made(1, LATER)));
    assert_eq!(store.code(&LID, 2).await.unwrap(), None);
    for counted in [true, true, false] {
        assert_eq!(store.count_code_try(&LID, 1, 2, NOW).await.unwrap(), counted);
    }
    assert_eq!(store.open_slots(&LID, 3, NOW).await.unwrap().len(), 1);
    assert_eq!(store.open_slots(&LID, 2, NOW).await.unwrap(), []);
    assert!(!store.count_code_try(&LID, 1, 9, LATER).await.unwrap(), "its time is over");
    assert!(!store.count_code_try(&LID, 2, 9, NOW).await.unwrap(), "there is none");
    store.kill_code(&LID, 1).await.unwrap();
    assert!(!store.count_code_try(&LID, 1, 9, NOW).await.unwrap(), "it is dead");
}

pub(super) async fn a_code_is_accepted_once_and_not_after_its_time(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    upload(&mut *store, &made(1, LATER)).await;
    assert!(!store.accept_code(&LID, 1, LATER).await.unwrap());
    assert!(store.accept_code(&LID, 1, NOW).await.unwrap());
    assert!(!store.accept_code(&LID, 1, NOW).await.unwrap());
    assert_eq!(store.code(&LID, 1).await.unwrap().unwrap().accepted, Some(NOW));
    assert!(!store.count_code_try(&LID, 1, 9, NOW).await.unwrap());
    assert_eq!(store.open_slots(&LID, 9, NOW).await.unwrap(), []);
    assert!(store.slot(&LID, 1).await.unwrap().is_some(), "its slot stays for the repeat");
    assert!(store.kill_code(&LID, 1).await.unwrap() && !store.kill_code(&LID, 1).await.unwrap());
    assert_eq!(store.code(&LID, 1).await.unwrap().unwrap().accepted, Some(NOW), "that it was stays known");
}

pub(super) async fn a_dead_code_has_no_slot_and_is_named_until_its_key_is_gone(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    for slot in [1, 2] {
        upload(&mut *store, &made(slot, LATER)).await;
    }
    assert!(store.kill_code(&LID, 1).await.unwrap());
    assert_eq!(store.slot(&LID, 1).await.unwrap(), None);
    assert!(store.slot(&LID, 2).await.unwrap().is_some(), "the other stays");
    assert_eq!(store.dead_codes(9).await.unwrap(), [(LID, 1)]);
    store.note_code_gone(&LID, 1).await.unwrap();
    store.note_code_gone(&LID, 2).await.unwrap();
    assert_eq!(store.dead_codes(9).await.unwrap(), []);
    assert_eq!(
        (state(&mut *store, 1).await, state(&mut *store, 2).await),
        (CodeState::Gone, CodeState::Live)
    );
    store.kill_codes(&LID).await.unwrap();
    assert_eq!(store.dead_codes(9).await.unwrap(), [(LID, 2)]);
    store.note_code_gone(&LID, 2).await.unwrap();
    store.kill_every_code().await.unwrap();
    assert_eq!(store.dead_codes(9).await.unwrap().len(), 2, "after a restore a key may have come back");
    assert_eq!(store.codes_since(&LID, NOW.plus_seconds(-1)).await.unwrap().len(), 2);
    assert_eq!(store.codes_since(&LID, NOW).await.unwrap(), []);
}

pub(super) async fn codes_past_their_time_die_unless_they_were_accepted(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    for slot in [1, 2, 3] {
        upload(&mut *store, &made(slot, if slot == 3 { LATER.plus_seconds(1) } else { LATER })).await;
    }
    store.accept_code(&LID, 1, NOW).await.unwrap();
    assert_eq!(store.kill_codes_past(LATER).await.unwrap(), 1);
    assert_eq!(store.drop_slots_past(LATER).await.unwrap(), 0, "a code's slot goes with its code");
    for (slot, left) in [(1, CodeState::Accepted), (2, CodeState::Dead), (3, CodeState::Live)] {
        assert_eq!(state(&mut *store, slot).await, left, "{slot}");
    }
    assert_eq!(store.slot(&LID, 2).await.unwrap(), None);
    assert!(store.slot(&LID, 1).await.unwrap().is_some());
}
