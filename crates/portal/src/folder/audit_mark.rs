use super::write_whole;
use crate::store::{AuditHead, Result, Transaction};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// How far the audit log had come, kept beside the database: a store that does not hold that row has been restored from
/// a backup. Written after each commit, so it is never ahead of a store that was not restored.
pub struct AuditMark {
    path: PathBuf,
    newest: Mutex<AuditHead>,
    damaged: bool,
}

impl AuditMark {
    /// The mark in a file; an empty log where there is none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        let newest = match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).ok(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(AuditHead::EMPTY),
            Err(error) => return Err(error),
        };
        let damaged = newest.is_none();
        Ok(Self { path: path.to_owned(), newest: Mutex::new(newest.unwrap_or(AuditHead::EMPTY)), damaged })
    }

    /// The newest row that is known to have been committed.
    pub fn newest(&self) -> AuditHead {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a committed row; an older one than noted changes nothing.
    ///
    /// # Errors
    /// The disk's.
    pub fn advance(&self, head: AuditHead) -> io::Result<()> {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if head.n <= newest.n {
            return Ok(());
        }
        // Not forced to the disk: a mark that a loss of power takes back only names an older row, which is still there.
        write_whole(&self.path, &serde_json::to_vec(&head)?, false)?;
        *newest = head;
        Ok(())
    }

    /// Whether the store still holds the row that was noted. A missing or damaged mark (a loss of power can leave one)
    /// cannot vouch for a store that holds rows: better that every desk speaks once more.
    ///
    /// # Errors
    /// The store's.
    pub async fn holds(&self, store: &mut dyn Transaction) -> Result<bool> {
        let newest = self.newest();
        if self.damaged {
            return Ok(false);
        }
        if newest.n == 0 {
            return Ok(store.audit_head().await? == AuditHead::EMPTY);
        }
        Ok(store.audit_row(newest.n).await?.is_some_and(|row| row.hash == newest.head))
    }

    /// Starts again from what the store holds: after a restore was noticed.
    ///
    /// # Errors
    /// The disk's.
    pub fn reset(&self, head: AuditHead) -> io::Result<()> {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        write_whole(&self.path, &serde_json::to_vec(&head)?, true)?;
        *newest = head;
        Ok(())
    }
}
