//! Transactions, links and their tries.

use super::*;

pub(super) async fn what_is_not_committed_never_was(store: Arc<dyn Store>) {
    drop(active(&store).await);
    assert_eq!(store.read().await.unwrap().link(&LID).await.unwrap(), None);
    active(&store).await.commit().await.unwrap();
    let link = store.read().await.unwrap().link(&LID).await.unwrap().unwrap();
    assert_eq!(link, Link { state: LinkState::Active, ..self::link(LID) });
}

pub(super) async fn a_view_cannot_write(store: Arc<dyn Store>) {
    active(&store).await.commit().await.unwrap();
    assert!(store.read().await.unwrap().count_try(&LID, NOW).await.is_err());
}

pub(super) async fn a_link_is_inserted_once_and_ends_once(store: Arc<dyn Store>) {
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
    store.doubt_destroyed_keys().await.unwrap();
    assert_eq!(store.links_with_key_to_destroy(9).await.unwrap(), [LID]);
}

pub(super) async fn tries_are_counted_only_while_active_and_below_the_maximum(store: Arc<dyn Store>) {
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

pub(super) async fn a_try_given_back_never_goes_below_zero(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert_eq!(store.give_back_try(&LID).await.unwrap(), None);
    store.count_try(&LID, NOW).await.unwrap();
    assert_eq!(store.give_back_try(&LID).await.unwrap(), Some(Tries { used: 0, max: 3 }));
    store.raise_used(&LID, 2).await.unwrap();
    store.raise_used(&LID, 1).await.unwrap();
    assert_eq!(store.link(&LID).await.unwrap().unwrap().tries.used, 2);
}

pub(super) async fn parallel_counting_lets_exactly_the_maximum_through(store: Arc<dyn Store>) {
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

pub(super) async fn an_unlock_is_once_and_lets_locked_be_told_again(store: Arc<dyn Store>) {
    let mut store = active(&store).await;
    assert!(store.mark_locked_told(&LID).await.unwrap());
    assert!(!store.mark_locked_told(&LID).await.unwrap());
    assert_eq!(store.unlock(&LID, 5).await.unwrap(), Some(Tries { used: 0, max: 8 }));
    assert_eq!(store.unlock(&LID, 5).await.unwrap(), None);
    assert!(store.mark_locked_told(&LID).await.unwrap());
    assert!(store.mark_opened(&LID, NOW).await.unwrap());
    assert!(!store.mark_opened(&LID, NOW).await.unwrap());
}

pub(super) async fn a_link_is_full_at_its_records_or_bytes(store: Arc<dyn Store>) {
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

pub(super) async fn a_forgotten_link_leaves_nothing_but_what_the_desk_has_not_fetched(store: Arc<dyn Store>) {
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
