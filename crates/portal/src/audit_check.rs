//! Verifies the audit log: every row's hash follows from the row before it.

use crate::store::{AuditHead, Result, Store};

const ROWS: u32 = 1000;

/// What the log turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Every row follows the one before it; the newest is given.
    Whole(AuditHead),
    /// The first row that is missing or was changed.
    BrokenAt(u64),
    /// The chain holds in itself but is not the one that was kept: it was rewritten or cut at or before this row.
    NotAsKept(u64),
}

/// Reads the whole log. `kept` is the newest head that somebody else holds.
///
/// # Errors
/// The store's.
pub async fn verify(store: &dyn Store, kept: Option<AuditHead>) -> Result<AuditVerdict> {
    let mut store = store.read().await?;
    let mut head = AuditHead::EMPTY;
    loop {
        let rows = store.audit_rows(head.n, ROWS).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.n != head.n + 1 || row.hash != row.hash_after(&head.head) {
                return Ok(AuditVerdict::BrokenAt(head.n + 1));
            }
            head = AuditHead { n: row.n, head: row.hash };
            if kept.is_some_and(|kept| kept.n == head.n && kept.head != head.head) {
                return Ok(AuditVerdict::NotAsKept(head.n));
            }
        }
    }
    match kept {
        Some(kept) if kept.n > head.n => Ok(AuditVerdict::NotAsKept(kept.n)),
        _ => Ok(AuditVerdict::Whole(head)),
    }
}
