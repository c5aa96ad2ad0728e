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

/// Reads the whole log. `kept` are heads that somebody else holds, or that stand elsewhere; an empty log's says nothing.
///
/// # Errors
/// The store's.
pub async fn verify(store: &dyn Store, kept: &[AuditHead]) -> Result<AuditVerdict> {
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
            if kept.iter().any(|kept| kept.n == head.n && kept.head != head.head) {
                return Ok(AuditVerdict::NotAsKept(head.n));
            }
        }
    }
    match kept.iter().map(|kept| kept.n).filter(|kept| *kept > head.n).min() {
        Some(cut) => Ok(AuditVerdict::NotAsKept(cut)),
        None => Ok(AuditVerdict::Whole(head)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Kit, files};
    use postern_protocol::base64url::FixedBytes;

    async fn change(kit: &Kit, change: &'static str) {
        let pool = files::look_into(&kit.folder.path().join("portal.sqlite")).await;
        for trigger in ["DROP TRIGGER audit_is_not_changed", "DROP TRIGGER audit_is_not_shortened"] {
            sqlx::query(trigger).execute(&pool).await.unwrap();
        }
        sqlx::query(change).execute(&pool).await.unwrap();
        pool.close().await;
    }

    async fn with_a_history() -> (Kit, AuditHead) {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        kit.put_answer(&sent, &opened).await;
        let AuditVerdict::Whole(head) = kit.portal.verify_audit(None).await.unwrap() else {
            panic!("the log is whole")
        };
        assert!(head.n > 6);
        (kit, head)
    }

    #[tokio::test]
    async fn a_log_that_nobody_touched_is_whole_and_as_it_was_kept() {
        let (kit, head) = with_a_history().await;
        let verdict = kit.portal.verify_audit(Some(head)).await.unwrap();
        assert_eq!(verdict, AuditVerdict::Whole(head));
    }

    #[tokio::test]
    async fn the_first_changed_row_is_named() {
        let changes = [
            "UPDATE audit SET outcome = 'wrong' WHERE n = 3",
            "UPDATE audit SET at = at + 1 WHERE n = 3",
            "UPDATE audit SET lid = zeroblob(16) WHERE n = 3",
            "UPDATE audit SET hash = zeroblob(32) WHERE n = 3",
            "DELETE FROM audit WHERE n = 3",
        ];
        for one in changes {
            let (kit, _) = with_a_history().await;
            change(&kit, one).await;
            assert_eq!(kit.portal.verify_audit(None).await.unwrap(), AuditVerdict::BrokenAt(3), "{one}");
        }
    }

    #[tokio::test]
    async fn a_log_that_was_cut_or_written_anew_is_not_as_it_was_kept() {
        let (kit, head) = with_a_history().await;
        change(&kit, "DELETE FROM audit WHERE n > 4").await;
        assert!(matches!(kit.portal.verify_audit(None).await.unwrap(), AuditVerdict::Whole(_)));
        let verdict = kit.portal.verify_audit(Some(head)).await.unwrap();
        assert_eq!(verdict, AuditVerdict::NotAsKept(head.n));
        let other = AuditHead { n: 2, head: FixedBytes([7; 32]) };
        let verdict = kit.portal.verify_audit(Some(other)).await.unwrap();
        assert_eq!(verdict, AuditVerdict::NotAsKept(2));
    }

    #[tokio::test]
    async fn a_log_cut_while_the_portal_was_down_is_found_without_the_desk() {
        let (mut kit, head) = with_a_history().await;
        change(&kit, "DELETE FROM audit WHERE n > 4").await;
        kit.restart().await;
        let verdict = kit.portal.verify_audit(None).await.unwrap();
        assert_eq!(verdict, AuditVerdict::NotAsKept(head.n));
    }

    #[tokio::test]
    async fn the_portal_itself_cannot_change_a_row() {
        let (kit, _) = with_a_history().await;
        let pool = files::look_into(&kit.folder.path().join("portal.sqlite")).await;
        for change in ["UPDATE audit SET at = 0", "DELETE FROM audit"] {
            assert!(sqlx::query(change).execute(&pool).await.is_err());
        }
    }

    #[tokio::test]
    async fn a_receipt_names_the_audit_row_it_was_given_with() {
        let (kit, _) = with_a_history().await;
        let mut store = kit.portal.store.as_ref().read().await.unwrap();
        let rows = store.audit_rows(0, 100).await.unwrap();
        let row = rows.iter().find(|row| row.event == "record-received").unwrap();
        let lid = row.lid.unwrap();
        let receipt = store.receipts(&lid).await.unwrap().remove(0);
        let receipt = postern_protocol::receipt::verify(&receipt, &kit.oak.pin.keys).unwrap();
        assert_eq!((receipt.audit.n, receipt.audit.head), (row.n, row.hash));
    }
}
