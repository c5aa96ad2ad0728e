//! Promise 5: recall and expiry destroy keys, not only rows. After them the link, the right birth date and a saved
//! ciphertext open nothing, and the bytes are in no file of the store, write-ahead log included.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod kit;

use axum::http::Method;
use kit::{Kit, Sent, files, thief};
use postern_protocol::wire::desk_links::LinkStatus;
use serde_json::json;

/// Bytes that must be gone: the link's key, the sealed slot, the messages.
async fn needles(kit: &Kit, sent: &Sent) -> Vec<(&'static str, Vec<u8>)> {
    let lid = &sent.lid.0;
    let key = kit.column("link-keys.sqlite", "SELECT key FROM link_keys WHERE lid = ?1", lid).await;
    let slot = kit.column("portal.sqlite", "SELECT sealed FROM slots WHERE lid = ?1", lid).await;
    let slot = slot.unwrap();
    let jwe = sent.envelope.jwe.as_bytes();
    vec![
        ("link key", key.unwrap()),
        ("start of the slot", slot[..64].to_vec()),
        ("end of the slot", slot[slot.len() - 64..].to_vec()),
        ("start of the message", jwe[..200].to_vec()),
        ("end of the message", jwe[jwe.len() - 200..].to_vec()),
    ]
}

async fn assert_destroyed(kit: &Kit, sent: &Sent, needles: &[(&'static str, Vec<u8>)]) {
    let folder = kit.folder.path();
    for (what, bytes) in needles {
        assert_eq!(files::holding(folder, bytes), Vec::<String>::new(), "{what}");
    }
    let stolen = files::stolen(folder);
    let saved = &sent.envelope.jwe;
    assert_eq!(thief::open_with(kit, stolen.path(), sent, &sent.secret, &sent.right, saved).await, None);
}

async fn assert_found(kit: &Kit, sent: &Sent, needles: &[(&'static str, Vec<u8>)]) {
    let folder = kit.folder.path();
    for (what, bytes) in needles {
        assert!(!files::holding(folder, bytes).is_empty(), "the scan sees the {what} before");
    }
    let stolen = files::stolen(folder);
    let saved = &sent.envelope.jwe;
    let opened = thief::open_with(kit, stolen.path(), sent, &sent.secret, &sent.right, saved).await;
    assert!(opened.is_some(), "the thief's program opens the message before");
}

/// Other links keep both stores and their logs busy.
async fn busy(kit: &mut Kit, links: usize) -> Vec<Sent> {
    let mut others = Vec::new();
    for _ in 0..links {
        others.push(kit.send().await);
    }
    others
}

#[tokio::test]
async fn promise_5_after_recall_the_bytes_are_in_no_file_of_the_store() {
    let mut kit = Kit::new().await;
    let others = busy(&mut kit, 10).await;
    let sent = kit.send().await;
    let opened = kit.open(&sent, 1).await;
    kit.put_answer(&sent, &opened).await;
    busy(&mut kit, 10).await;
    let needles = needles(&kit, &sent).await;
    assert_found(&kit, &sent, &needles).await;
    let _: LinkStatus = kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await.json();
    assert_destroyed(&kit, &sent, &needles).await;
    kit.open(&others[0], 2).await;
}

#[tokio::test]
async fn promise_5_after_close_the_bytes_are_in_no_file_of_the_store() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let needles = needles(&kit, &sent).await;
    assert_found(&kit, &sent, &needles).await;
    let _: LinkStatus = kit.desk(Method::POST, &sent.path("/close"), &json!({})).await.json();
    assert_destroyed(&kit, &sent, &needles).await;
}

#[tokio::test]
async fn promise_5_after_expiry_the_bytes_are_in_no_file_of_the_store() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let needles = needles(&kit, &sent).await;
    assert_found(&kit, &sent, &needles).await;
    kit.pass(7 * 24 * 3600);
    kit.sweep().await;
    assert_destroyed(&kit, &sent, &needles).await;
}

#[tokio::test]
async fn promise_5_a_main_store_from_a_backup_opens_nothing_once_the_key_is_gone() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let backup = files::stolen(kit.folder.path());
    let _: LinkStatus = kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await.json();
    let saved = &sent.envelope.jwe;
    let before = thief::open_with(&kit, backup.path(), &sent, &sent.secret, &sent.right, saved).await;
    assert!(before.is_some(), "with the keys of the same day it opens: their backups live 24 hours");
    let now = files::stolen(kit.folder.path());
    for name in ["link-keys.sqlite", "link-keys.sqlite-wal"] {
        let _ = std::fs::remove_file(backup.path().join(name));
        if now.path().join(name).exists() {
            std::fs::copy(now.path().join(name), backup.path().join(name)).unwrap();
        }
    }
    let after = thief::open_with(&kit, backup.path(), &sent, &sent.secret, &sent.right, saved).await;
    assert_eq!(after, None);
}

#[tokio::test]
async fn promise_5_a_recall_cut_off_before_the_key_was_destroyed_is_finished_by_the_sweep() {
    let mut kit = Kit::new().await;
    let sent = kit.send().await;
    let needles = needles(&kit, &sent).await;
    // As if the process was killed between the commit of the recall and the destruction of the key.
    let pool = files::look_into(&kit.folder.path().join("portal.sqlite")).await;
    for change in [
        "UPDATE links SET state = 'recalled', ended = 1795000000000",
        "DELETE FROM slots",
        "DELETE FROM envelopes",
    ] {
        sqlx::query("PRAGMA secure_delete = ON").execute(&pool).await.unwrap();
        sqlx::query(change).execute(&pool).await.unwrap();
    }
    pool.close().await;
    kit.restart().await;
    assert!(!files::holding(kit.folder.path(), &needles[0].1).is_empty());
    kit.sweep().await;
    assert_destroyed(&kit, &sent, &needles).await;
}
