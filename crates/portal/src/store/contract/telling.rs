//! Records, feed, audit, clinics, desk tokens.

use super::*;

pub(super) async fn receipts_and_own_copies_keep_their_order(store: Arc<dyn Store>) {
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

pub(super) async fn a_link_record_is_noted_once_up_to_a_maximum(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    let hash = |byte| FixedBytes([byte; 32]);
    assert_eq!(store.note_link_record(&LID, &hash(1), NOW, 2).await.unwrap(), Stored::New);
    assert_eq!(store.note_link_record(&LID, &hash(1), NOW, 2).await.unwrap(), Stored::Repeated);
    assert_eq!(store.note_link_record(&LID, &hash(2), NOW, 2).await.unwrap(), Stored::New);
    assert_eq!(store.note_link_record(&LID, &hash(3), NOW, 2).await.unwrap(), Stored::Full);
    assert_eq!(store.note_link_record(&LID, &hash(2), NOW, 2).await.unwrap(), Stored::Repeated);
}

pub(super) async fn feed_numbers_are_each_clinics_own_and_the_cursor_never_goes_back(store: Arc<dyn Store>) {
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

pub(super) async fn what_the_desk_passed_is_dropped_and_nothing_else(store: Arc<dyn Store>) {
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

pub(super) async fn a_desk_token_is_noted_once_a_clinic(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert!(store.note_desk_token(&oak(), &HASH, LATER).await.unwrap());
    assert!(!store.note_desk_token(&oak(), &HASH, LATER).await.unwrap());
    assert!(store.note_desk_token(&ClinicId::new("elm").unwrap(), &HASH, NOW).await.unwrap());
    assert_eq!(store.drop_desk_tokens_past(Timestamp(NOW.0 + 1)).await.unwrap(), 1);
    assert!(!store.note_desk_token(&oak(), &HASH, LATER).await.unwrap());
}

pub(super) async fn audit_rows_follow_each_other(store: Arc<dyn Store>) {
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

pub(super) async fn a_clinic_is_changed_without_losing_its_place(store: Arc<dyn Store>) {
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

pub(super) async fn the_audit_log_has_no_gap_however_many_write_at_once(store: Arc<dyn Store>) {
    let mut writing = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let store = store.clone();
        writing.spawn(async move {
            let mut store = store.write().await.unwrap();
            let entry = AuditEntry {
                at: NOW,
                actor: Actor::System,
                lid: None,
                event: Event::ClinicEnrolled,
                outcome: Outcome::Done,
            };
            store.audit(entry).await.unwrap();
            store.commit().await.unwrap();
        });
    }
    writing.join_all().await;
    let rows = store.read().await.unwrap().audit_rows(0, 99).await.unwrap();
    let mut before = AuditHead::EMPTY;
    for row in &rows {
        assert_eq!((row.n, row.hash), (before.n + 1, row.hash_after(&before.head)));
        before = AuditHead { n: row.n, head: row.hash };
    }
    assert_eq!(before.n, 30);
}

pub(super) async fn the_store_of_link_keys_is_noted(store: Arc<dyn Store>) {
    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.key_store().await.unwrap(), None);
    for id in [FixedBytes([4; 16]), FixedBytes([5; 16])] {
        transaction.set_key_store(&id).await.unwrap();
        assert_eq!(transaction.key_store().await.unwrap(), Some(id));
    }
    assert_eq!(transaction.epoch().await.unwrap(), None);
}
