//! Links with all that belongs to them: message, answers, receipts, requests, tries. A consent's proof stands by itself and stays.

use crate::{desk::Desk, store::Connection, trouble::Trouble};
use postern_protocol::time::Timestamp;

/// So many go in one transaction: whoever sends meanwhile does not wait for a year's links.
const BATCH: i64 = 200;

/// Ended before then; so did a message's reminder; nothing was booked on it later, and nothing about it waits for a person.
macro_rules! due {
    () => {
        "FROM link WHERE state IN ('expired', 'recalled', 'closed') AND ended_at < ?1
         AND NOT EXISTS (SELECT 1 FROM record WHERE record.lid = link.lid AND record.booked_at >= ?1)
         AND NOT EXISTS (SELECT 1 FROM link_record WHERE link_record.lid = link.lid AND
           (link_record.booked_at >= ?1 OR (link_record.kind = 'wrong-person' AND link_record.settled_at IS NULL)))
         AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.lid = link.lid AND incident.resolved_at IS NULL)
         AND NOT EXISTS (SELECT 1 FROM message AS first JOIN message AS second ON second.reminds = first.mid
           JOIN link AS other ON other.lid = second.lid WHERE first.lid = link.lid
           AND (other.ended_at IS NULL OR other.ended_at >= ?1))"
    };
}

impl Desk {
    pub(super) async fn links_due(&self, before: Timestamp) -> Result<i64, Trouble> {
        let query = concat!("SELECT count(*) ", due!());
        Ok(sqlx::query_scalar(query).bind(before.0).fetch_one(self.store.read()).await?)
    }

    pub(super) async fn purge_links(&self, before: Timestamp) -> Result<i64, Trouble> {
        let mut gone = 0;
        loop {
            let mut write = self.store.write().await?;
            let lids: Vec<String> = sqlx::query_scalar(concat!("SELECT lid ", due!(), " LIMIT ?2"))
                .bind(before.0)
                .bind(BATCH)
                .fetch_all(&mut *write)
                .await?;
            if lids.is_empty() {
                return Ok(gone);
            }
            for lid in &lids {
                remove(&mut write, lid).await?;
            }
            write.commit().await?;
            gone += i64::try_from(lids.len()).unwrap_or(i64::MAX);
        }
    }
}

async fn remove(connection: &mut Connection, lid: &str) -> Result<(), Trouble> {
    for query in [
        "DELETE FROM receipt WHERE lid = ?",
        "DELETE FROM answer WHERE rid IN (SELECT rid FROM record WHERE lid = ?)",
        "DELETE FROM record WHERE lid = ?",
        "DELETE FROM link_record WHERE lid = ?",
        "DELETE FROM wrong_try WHERE lid = ?",
        "DELETE FROM incident WHERE lid = ?",
        "DELETE FROM outbox WHERE lid = ?",
        // Its reminder ended before then, too, and goes on its own.
        "UPDATE message SET reminds = NULL WHERE reminds IN (SELECT mid FROM message WHERE lid = ?)",
        "DELETE FROM message WHERE lid = ?",
        "DELETE FROM link WHERE lid = ?",
    ] {
        sqlx::query(query).bind(lid).execute(&mut *connection).await?;
    }
    Ok(())
}
