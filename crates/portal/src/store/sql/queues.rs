use super::EngineTransaction;
use crate::{
    metrics::QueueAges,
    store::{Queues, Result},
};
use async_trait::async_trait;
use postern_protocol::time::Timestamp;
use sqlx::Row;

#[async_trait]
impl Queues for EngineTransaction {
    async fn queue_ages(&mut self, now: Timestamp) -> Result<QueueAges> {
        let row = sqlx::query(
            "SELECT
                 (SELECT min((SELECT at FROM feed WHERE clinic = clinics.id AND n > clinics.cursor ORDER BY n LIMIT 1))
                  FROM clinics) AS feed,
                 (SELECT min(started) FROM logins WHERE done IS NULL) AS logins,
                 (SELECT min(expires) FROM links WHERE ended IS NULL) AS expiry,
                 (SELECT min(ended) FROM links WHERE ended IS NOT NULL AND key_destroyed = 0) AS keys,
                 (SELECT min(heard) FROM clinics) AS desk,
                 (SELECT count(*) FROM clinics WHERE synced <> (SELECT value FROM meta WHERE name = 'epoch')) AS unsynced",
        )
        .fetch_one(&mut *self.connection)
        .await?;
        let age = |column| -> Result<i64> {
            let since: Option<i64> = row.try_get(column)?;
            Ok(since.map_or(0, |since| now.0.saturating_sub(since).max(0)))
        };
        Ok(QueueAges {
            feed: age("feed")?,
            logins: age("logins")?,
            expiry: age("expiry")?,
            keys: age("keys")?,
            desk: age("desk")?,
            unsynced: row.try_get("unsynced")?,
        })
    }
}
