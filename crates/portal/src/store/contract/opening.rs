//! Slots, messages, logins, sessions.

use super::*;

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

pub(super) async fn slot_numbers_only_grow(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    for (number, fits) in [(0, false), (2, true), (2, false), (1, false), (3, true)] {
        assert_eq!(store.insert_slot(&slot(number, LATER)).await.unwrap(), fits, "{number}");
    }
    store.drop_slots(&LID).await.unwrap();
    assert_eq!(store.slot(&LID, 3).await.unwrap(), None);
    assert!(!store.insert_slot(&slot(3, LATER)).await.unwrap());
    assert_eq!(store.link(&LID).await.unwrap().unwrap().highest_slot, 3);
}

pub(super) async fn evaluations_are_bounded_and_remember_their_setup(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert_eq!(store.evaluated_setup(&LID, 1).await.unwrap(), None);
    assert!(store.count_evaluation(&LID, 1, 4, 2).await.unwrap());
    assert!(store.count_evaluation(&LID, 1, 5, 2).await.unwrap());
    assert!(!store.count_evaluation(&LID, 1, 6, 2).await.unwrap());
    assert!(store.count_evaluation(&LID, 2, 6, 2).await.unwrap());
    assert_eq!(store.evaluated_setup(&LID, 1).await.unwrap(), Some(5));
}

pub(super) async fn slots_past_their_time_are_not_open(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    store.insert_slot(&slot(1, LATER)).await.unwrap();
    store.insert_slot(&slot(2, NOW)).await.unwrap();
    assert_eq!(store.open_slots(&LID, 5, NOW).await.unwrap(), [slot(1, LATER)]);
    assert_eq!(store.slot(&LID, 2).await.unwrap(), Some(slot(2, NOW)));
    assert_eq!(store.drop_slots_past(NOW).await.unwrap(), 1);
    assert_eq!(store.slot(&LID, 2).await.unwrap(), None);
}

pub(super) async fn messages_are_numbered_without_gap(store: Arc<dyn Store>) {
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
    assert_eq!(store.envelopes(&LID, 1, 0).await.unwrap(), [envelope(1, 1, 1)]);
    assert_eq!(store.envelopes(&LID, 2, 0).await.unwrap(), [envelope(1, 1, 1), envelope(2, 2, 2)]);
    assert!(store.insert_envelope(&LID, &envelope(3, 3, 1)).await.unwrap());
    assert_eq!(store.envelopes(&LID, 1, 1).await.unwrap(), [envelope(3, 3, 1)]);
    assert_eq!(store.envelopes(&LID, 2, 1).await.unwrap(), [envelope(2, 2, 2), envelope(3, 3, 1)]);
    assert!(store.envelopes(&LID, 2, 3).await.unwrap().is_empty());
    assert!(store.envelopes(&LID, 2, u32::MAX).await.unwrap().is_empty());
    assert!(store.envelopes(&FixedBytes([7; 16]), 2, 0).await.unwrap().is_empty());
    assert_eq!(store.envelope(&LID, &FixedBytes([2; 16])).await.unwrap(), Some(envelope(2, 2, 2)));
    store.drop_envelopes(&LID).await.unwrap();
    assert!(store.envelopes(&LID, 2, 0).await.unwrap().is_empty());
}

pub(super) async fn a_login_belongs_to_its_link_and_finishes_once(engine: Arc<dyn Store>) {
    let mut store = active(&engine).await;
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
    store.commit().await.unwrap();
    let mut twice = engine.write().await.unwrap();
    assert!(twice.insert_login(&Login { id: FixedBytes([6; 16]), ..login.clone() }).await.is_err());
    drop(twice);
    let mut store = engine.write().await.unwrap();
    let other = FixedBytes([7; 16]);
    assert_eq!(store.login(&id, &other).await.unwrap(), None);
    assert_eq!(store.login_by_ke1(&LID, 2, &HASH).await.unwrap(), None);
    assert_eq!(store.login_by_ke1(&LID, 1, &HASH).await.unwrap(), Some(login.clone()));
    assert!(store.logins_past(Timestamp(NOW.0 - 1), 9).await.unwrap().is_empty());
    assert_eq!(store.logins_past(NOW, 9).await.unwrap(), std::slice::from_ref(&login));
    assert!(!store.finish_login(&id, &other, &HASH, &[], LATER).await.unwrap());
    assert!(store.finish_login(&id, &LID, &HASH, &[8], LATER).await.unwrap());
    assert!(!store.finish_login(&id, &LID, &HASH, &[], LATER).await.unwrap());
    let done = Login { sealed: vec![8], progress: Progress::Done { ke3_sha256: HASH, at: LATER }, ..login };
    assert_eq!(store.login(&id, &LID).await.unwrap(), Some(done.clone()));
    assert!(store.logins_past(Timestamp(LATER.0 - 1), 9).await.unwrap().is_empty());
    assert_eq!(store.logins_past(LATER, 9).await.unwrap(), [done]);
    store.drop_login(&id).await.unwrap();
    assert_eq!(store.login(&id, &LID).await.unwrap(), None);
}

pub(super) async fn a_session_belongs_to_its_link_and_ends(store: Arc<dyn Store>) {
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
