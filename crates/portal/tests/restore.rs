//! A store that was restored from a backup: a new epoch, and nothing is verified until the desk has spoken.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::http::Method;
use kit::{Kit, files};
use postern_portal::Portal;
use postern_protocol::{
    error_code::ErrorCode,
    receipt,
    wire::{
        desk_feed::FeedWhat,
        desk_links::DeskLinkState,
        desk_sync::{SyncLink, SyncRequest},
        session::Done,
    },
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::json;
use std::fs;

/// Puts the main store of a backup back into place.
async fn restore(kit: &mut Kit, backup: &tempfile::TempDir, names: &[&str]) {
    kit.portal.close().await;
    for name in names {
        let place = kit.folder.path().join(name);
        for end in ["-wal", "-shm"] {
            let _ = fs::remove_file(kit.folder.path().join(format!("{name}{end}")));
            let log = backup.path().join(format!("{name}{end}"));
            if log.exists() {
                fs::copy(log, kit.folder.path().join(format!("{name}{end}"))).unwrap();
            }
        }
        fs::copy(backup.path().join(name), place).unwrap();
    }
    kit.restart().await;
}

async fn sync(kit: &mut Kit, links: Vec<SyncLink>) {
    let epoch = kit.feed(0).await.epoch;
    let _: Done = kit.desk(Method::POST, "sync", &SyncRequest { epoch, links, more: false }).await.json();
}

#[tokio::test]
async fn a_start_on_the_same_store_keeps_epoch_sessions_and_links() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    let epoch = kit.feed(0).await.epoch;
    kit.restart().await;
    assert_eq!(kit.feed(0).await.epoch, epoch);
    kit.put_answer(&sent, &opened).await;
    kit.open(&sent, 2).await;
}

#[tokio::test]
async fn a_restored_store_verifies_nothing_until_the_desk_has_told_its_links() {
    let mut kit = Kit::new().await;
    let (sent, recalled, guessed) = (kit.send().await, kit.send().await, kit.send().await);
    let opened = kit.open(&sent, 1).await;
    kit.put_answer(&sent, &opened).await;
    let first_epoch = kit.feed(0).await.epoch;
    let backup = files::stolen(kit.folder.path());
    kit.desk(Method::POST, &recalled.path("/recall"), &json!({})).await;
    for seed in 10..14 {
        kit.type_wrong(&guessed, seed).await;
    }
    let lost = kit.put_answer(&sent, &opened).await;
    let newest = kit.feed(0).await.events.last().unwrap().n;
    restore(&mut kit, &backup, &["portal.sqlite"]).await;

    for link in [&sent, &recalled, &guessed] {
        assert_eq!(kit.type_wrong(link, 20).await.code(), ErrorCode::ResyncRequired);
        assert_eq!(kit.finish(link, &opened.finish).await.code(), ErrorCode::ResyncRequired);
    }
    let (rid, request) = kit.answer(&sent, None);
    assert_eq!(kit.put(&opened, &rid, &request).await.code(), ErrorCode::SessionEnded);
    assert_ne!(kit.feed(0).await.epoch, first_epoch);

    let state = |sent: &kit::Sent, state, used| SyncLink { lid: sent.lid, state, used };
    let links = vec![
        state(&sent, DeskLinkState::Active, 0),
        state(&recalled, DeskLinkState::Recalled, 0),
        state(&guessed, DeskLinkState::Active, 4),
    ];
    sync(&mut kit, links).await;
    assert_eq!(kit.type_wrong(&recalled, 30).await.code(), ErrorCode::LinkRecalled);
    assert_eq!(kit.tries_left(&guessed).await, 6);
    let again = kit.open(&sent, 31).await;
    let survived = again.response.receipts.clone();
    assert_eq!((survived.len(), survived.contains(&lost)), (1, false));

    let receipts = [survived, vec![kit.put_answer(&sent, &again).await]].concat();
    let checked = receipt::chain(&sent.lid, &receipts, &kit.oak.pin.keys).unwrap();
    assert_eq!((checked[1].seq, checked[1].prev), (1, receipt::digest_of(&receipts[0])));
    assert_ne!(checked[0].epoch, checked[1].epoch);
    let page = kit.feed(newest).await;
    assert!(page.events.iter().any(|event| matches!(event.what, FeedWhat::Record { .. })));
}

#[tokio::test]
async fn a_locked_link_stays_locked_and_a_larger_count_of_the_portal_holds() {
    let mut kit = Kit::new().await;
    let (locked, counted) = (kit.send().await, kit.send().await);
    for seed in 0..6 {
        kit.type_wrong(&counted, seed).await;
    }
    let backup = files::stolen(kit.folder.path());
    for seed in 0..10 {
        kit.type_wrong(&locked, seed).await;
    }
    restore(&mut kit, &backup, &["portal.sqlite"]).await;
    let links = vec![
        SyncLink { lid: locked.lid, state: DeskLinkState::Locked, used: 10 },
        SyncLink { lid: counted.lid, state: DeskLinkState::Active, used: 2 },
    ];
    sync(&mut kit, links).await;
    assert_eq!(kit.type_wrong(&locked, 50).await.code(), ErrorCode::LinkLocked);
    assert_eq!(kit.tries_left(&counted).await, 4);
}

#[tokio::test]
async fn one_try_more_than_the_backup_holds_is_enough_to_notice() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let backup = files::stolen(kit.folder.path());
    kit.type_wrong(&sent, 1).await;
    restore(&mut kit, &backup, &["portal.sqlite"]).await;
    assert_eq!(kit.type_wrong(&sent, 2).await.code(), ErrorCode::ResyncRequired);
    kit.restart().await;
    assert_eq!(kit.type_wrong(&sent, 2).await.code(), ErrorCode::ResyncRequired);
}

#[tokio::test]
async fn who_restores_the_whole_folder_says_so_with_a_file() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let backup = files::stolen(kit.folder.path());
    kit.type_wrong(&sent, 1).await;
    fs::write(kit.folder.path().join("restored"), "").unwrap();
    restore(&mut kit, &backup, &["portal.sqlite", "link-keys.sqlite", "audit-head.json"]).await;
    assert_eq!(kit.type_wrong(&sent, 2).await.code(), ErrorCode::ResyncRequired);
    assert!(!kit.folder.path().join("restored").exists());
    let epoch = kit.feed(0).await.epoch;
    kit.restart().await;
    assert_eq!(kit.feed(0).await.epoch, epoch);
}

#[tokio::test]
async fn one_clinics_word_does_not_speak_for_another() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let elm = kit.enrol("elm").await;
    fs::write(kit.folder.path().join("restored"), "").unwrap();
    kit.restart().await;
    let oak = std::mem::replace(&mut kit.oak, elm);
    sync(&mut kit, Vec::new()).await;
    kit.oak = oak;
    assert_eq!(kit.type_wrong(&sent, 2).await.code(), ErrorCode::ResyncRequired);
}

#[tokio::test]
async fn a_mark_that_is_missing_damaged_or_ahead_cannot_vouch_for_the_store() {
    for mark in
        ["missing", "", "{\"n\":1", r#"{"n":999999,"head":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#]
    {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let place = kit.folder.path().join("audit-head.json");
        match mark {
            "missing" => fs::remove_file(place).unwrap(),
            other => fs::write(place, other).unwrap(),
        }
        kit.restart().await;
        assert_eq!(kit.type_wrong(&sent, 1).await.code(), ErrorCode::ResyncRequired, "{mark}");
        sync(&mut kit, Vec::new()).await;
        kit.restart().await;
        kit.open(&sent, 2).await;
    }
}

#[tokio::test]
async fn a_word_spoken_to_another_epoch_or_not_to_its_end_opens_nothing() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let before = kit.feed(0).await.epoch;
    fs::write(kit.folder.path().join("restored"), "").unwrap();
    kit.restart().await;
    let late = SyncRequest { epoch: before, links: Vec::new(), more: false };
    assert_eq!(kit.desk(Method::POST, "sync", &late).await.code(), ErrorCode::ResyncRequired);
    let epoch = kit.feed(0).await.epoch;
    let link = SyncLink { lid: sent.lid, state: DeskLinkState::Active, used: 3 };
    let begun = SyncRequest { epoch, links: vec![link], more: true };
    let _: Done = kit.desk(Method::POST, "sync", &begun).await.json();
    assert_eq!(kit.type_wrong(&sent, 1).await.code(), ErrorCode::ResyncRequired);
    let ended = SyncRequest { epoch, links: Vec::new(), more: false };
    let _: Done = kit.desk(Method::POST, "sync", &ended).await.json();
    kit.type_wrong(&sent, 1).await;
    assert_eq!(kit.tries_left(&sent).await, 6, "what the first call said holds");
}

#[tokio::test]
async fn a_node_that_runs_on_learns_that_another_noticed_a_restore() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    let before = kit.feed(0).await.epoch;
    fs::write(kit.folder.path().join("restored"), "").unwrap();
    let entropy = Box::new(ChaCha20Rng::seed_from_u64(900));
    let other = Portal::open(kit.folder.path(), kit.clock.clone(), entropy).await.unwrap();
    assert_eq!(kit.type_wrong(&sent, 2).await.code(), ErrorCode::ResyncRequired);
    assert_ne!(kit.feed(0).await.epoch, before);
    sync(&mut kit, Vec::new()).await;
    let again = kit.open(&sent, 3).await;
    let compact = kit.put_answer(&sent, &again).await;
    let epoch = kit.feed(0).await.epoch;
    assert_eq!(receipt::verify(&compact, &kit.oak.pin.keys).unwrap().epoch, epoch);
    assert_eq!(opened.response.receipts.len(), 0);
    other.close().await;
}

#[tokio::test]
async fn keys_that_came_back_with_an_older_key_store_are_destroyed_again() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let backup = files::stolen(kit.folder.path());
    let select = "SELECT key FROM link_keys WHERE lid = ?1";
    let key = kit.column("link-keys.sqlite", select, &sent.lid.0).await.unwrap();
    kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
    assert_eq!(kit.column("link-keys.sqlite", select, &sent.lid.0).await, None);
    fs::write(kit.folder.path().join("restored"), "").unwrap();
    restore(&mut kit, &backup, &["link-keys.sqlite"]).await;
    assert_eq!(kit.column("link-keys.sqlite", select, &sent.lid.0).await, Some(key.clone()));
    kit.sweep().await;
    assert_eq!(files::holding(kit.folder.path(), &key), Vec::<String>::new());
}

#[tokio::test]
async fn drafts_that_a_killed_process_left_are_cleared_away() {
    let mut kit = Kit::new().await;
    let draft = kit.folder.path().join("audit-head.4711-0.new");
    let other = kit.folder.path().join("keys.4711-0.new");
    fs::write(&draft, "{").unwrap();
    fs::write(&other, "{").unwrap();
    kit.restart().await;
    assert!(!draft.exists() && other.exists());
}
