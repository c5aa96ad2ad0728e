//! How a portal learns that its store was restored from a backup, and what follows (PROTOCOL.md, "Keys over time").
//!
//! Beside the database stands `audit-head.json`: number and hash of the newest audit row, written after each commit. A
//! database that does not hold that row is older than what was acknowledged. Who restores the whole folder, that file
//! too, puts a file named `restored` into it. Either way a new epoch begins: sessions and logins are gone, feed numbers
//! go on above every one a desk can have seen, and each clinic waits until its desk has told the state of its links.

use crate::{
    folder::{AuditMark, StateFolder, clear_drafts},
    log::{self, Line},
    randomness::Randomness,
    store::{Actor, AuditEntry, AuditHead, Event, Outcome, Store, StoreError},
};
use postern_protocol::{id::random_id, time::Timestamp};
use std::{fs, io};

/// Why that could not be found out.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The state folder.
    #[error("the state folder cannot be read or written")]
    Folder(#[from] io::Error),
    /// The store.
    #[error("the store cannot be used")]
    Store(#[from] StoreError),
}

/// Begins a new epoch if the store is new or was restored. Gives the audit row that the mark named before: what
/// `audit verify` compares with, after the mark itself has moved on.
///
/// # Errors
/// See [`RestoreError`].
pub async fn begin(
    folder: &StateFolder,
    store: &dyn Store,
    now: Timestamp,
    randomness: &Randomness,
) -> Result<AuditHead, RestoreError> {
    clear_drafts(&folder.audit_head())?;
    let mark = AuditMark::read(&folder.audit_head())?;
    let kept = mark.newest();
    let (known, whole) = {
        let mut store = store.read().await?;
        (store.epoch().await?, mark.holds(&mut *store).await?)
    };
    let told = folder.restored().try_exists()?;
    match known {
        Some(_) if whole && !told => {}
        None if whole && !told => begin_first(store, randomness).await?,
        _ => begin_anew(&mark, store, now, randomness).await?,
    }
    if told {
        fs::remove_file(folder.restored())?;
    }
    Ok(kept)
}

async fn begin_first(store: &dyn Store, randomness: &Randomness) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    // Another node may have begun it meanwhile.
    if transaction.epoch().await?.is_none() {
        transaction.set_epoch(&random_id(&mut randomness.generator())).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Looks whether the store still holds what this node knows to have been committed: a database server can be put back, or
/// another take its place, while the portal runs. Notes what other nodes have committed meanwhile, so that a node nobody calls
/// would notice too.
///
/// # Errors
/// See [`RestoreError`].
pub async fn look(
    mark: &AuditMark,
    store: &dyn Store,
    now: Timestamp,
    randomness: &Randomness,
) -> Result<(), RestoreError> {
    let (whole, head) = {
        let mut store = store.read().await?;
        (mark.holds(&mut *store).await?, store.audit_head().await?)
    };
    // Nothing was noted yet: the first row may be another node's.
    if whole || mark.newest() == AuditHead::EMPTY {
        return Ok(mark.advance(head)?);
    }
    begin_anew(mark, store, now, randomness).await
}

async fn begin_anew(
    mark: &AuditMark,
    store: &dyn Store,
    now: Timestamp,
    randomness: &Randomness,
) -> Result<(), RestoreError> {
    let mut transaction = store.write().await?;
    transaction.set_epoch(&random_id(&mut randomness.generator())).await?;
    transaction.drop_all_sessions().await?;
    transaction.drop_all_logins().await?;
    transaction.doubt_destroyed_keys().await?;
    // One that opened the link after the backup would live again.
    transaction.kill_every_code().await?;
    transaction.raise_feed_numbers(now.0.max(0).unsigned_abs()).await?;
    let restored = AuditEntry {
        at: now,
        actor: Actor::System,
        lid: None,
        event: Event::StoreRestored,
        outcome: Outcome::Done,
    };
    let head = transaction.audit(restored).await?;
    transaction.commit().await?;
    log::write(&Line::Restored);
    Ok(mark.reset(head)?)
}
