//! When a process is killed.

use crate::relay::{Fault, Relay};
use rand_core::{OsRng, RngCore};
use std::{fs, path::Path, time::Duration};
use tokio::time::{sleep, timeout};

/// Longest a kill waits for its moment; it then comes without.
const PATIENCE: Duration = Duration::from_secs(5);

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Any, up to so many milliseconds from now.
    Within(u32),
    /// As soon as bytes reach the store's write-ahead log: in the middle of a transaction's write, or just after it.
    Writing,
    /// When the relay meets its fault, and up to so many milliseconds later.
    Met(Fault, u32),
    /// When bytes reach the write-ahead log after the relay met its fault, and up to so many milliseconds later.
    WritingAfter(Fault, u32),
}

impl Moment {
    /// Waits for it. Says whether it came.
    pub async fn come(self, relay: &Relay, store: &Path) -> bool {
        match self {
            Self::Within(milliseconds) => {
                sleep(any(milliseconds)).await;
                true
            }
            Self::Writing => timeout(PATIENCE, written(store)).await.is_ok(),
            Self::Met(fault, later) => {
                relay.plan(fault);
                let met = timeout(PATIENCE, relay.met()).await.is_ok();
                sleep(any(later)).await;
                met
            }
            Self::WritingAfter(fault, later) => {
                relay.plan(fault);
                let come = async {
                    relay.met().await;
                    written(store).await;
                };
                let come = timeout(PATIENCE, come).await.is_ok();
                sleep(any(later)).await;
                come
            }
        }
    }
}

/// Any time up to so many milliseconds.
fn any(milliseconds: u32) -> Duration {
    match milliseconds {
        0 => Duration::ZERO,
        most => Duration::from_micros(u64::from(OsRng.next_u32() % (most * 1000))),
    }
}

/// The next bytes that reach the write-ahead log of a store.
async fn written(store: &Path) {
    let log = store.with_extension("sqlite-wal");
    let look = || fs::metadata(&log).ok().map(|log| (log.len(), log.modified().ok()));
    let before = look();
    while look() == before {
        tokio::task::yield_now().await;
    }
}
