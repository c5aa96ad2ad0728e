//! Messages that came back from waiting, and the rows of short texts that went or were given up.

use crate::{desk::Desk, trouble::Trouble};
use postern_protocol::time::Timestamp;

impl Desk {
    pub(super) async fn returned_due(&self, before: Timestamp) -> Result<i64, Trouble> {
        Ok(sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM waiting_send WHERE returned_at < ?1)
               + (SELECT count(*) FROM notice WHERE coalesce(handed_at, abandoned_at) < ?1)",
        )
        .bind(before.0)
        .fetch_one(self.store.read())
        .await?)
    }

    pub(super) async fn purge_returned(&self, before: Timestamp) -> Result<i64, Trouble> {
        let mut write = self.store.write().await?;
        let mut gone = 0;
        for query in [
            "DELETE FROM waiting_send WHERE returned_at < ?",
            "DELETE FROM notice WHERE coalesce(handed_at, abandoned_at) < ?",
        ] {
            gone += sqlx::query(query).bind(before.0).execute(&mut *write).await?.rows_affected();
        }
        write.commit().await?;
        Ok(i64::try_from(gone).unwrap_or(i64::MAX))
    }
}
