//! What waits: texts that are not handed over yet, news that was not read yet.

use crate::{desk::Desk, trouble::Trouble};
use postern_protocol::time::Timestamp;

impl Desk {
    /// How many messages were decided before `at` and their text was not handed over or given up.
    ///
    /// # Errors
    /// The store fails.
    pub async fn texts_waiting_since(&self, at: Timestamp) -> Result<i64, Trouble> {
        let sql = "SELECT count(*) FROM outbox WHERE step NOT IN ('handed', 'abandoned') AND decided_at < ?";
        Ok(sqlx::query_scalar(sql).bind(at.0).fetch_one(self.store.read()).await?)
    }

    /// Up to where the portal's feed was read.
    ///
    /// # Errors
    /// The store fails.
    pub async fn feed_cursor(&self) -> Result<u64, Trouble> {
        let cursor: i64 =
            sqlx::query_scalar("SELECT cursor FROM feed WHERE id = 1").fetch_one(self.store.read()).await?;
        Ok(u64::try_from(cursor).unwrap_or(0))
    }
}
