//! The ledger's oldest lines. What they said of each number is kept as where it stood then, so an opt-out stands however long ago it
//! was said, and the lines that stay still add up.

use crate::{
    desk::Desk,
    ledger::{self, read::first_line},
    rules::replay::{self, base},
    trouble::Trouble,
};
use postern_protocol::time::Timestamp;
use std::collections::BTreeSet;

/// The first line that stays: no line after one that is young enough goes, though a clock was set back; the newest always stays.
const FIRST_THAT_STAYS: &str =
    "SELECT coalesce(min(n), (SELECT max(n) FROM ledger), 1) FROM ledger WHERE at >= ?";

impl Desk {
    pub(super) async fn lines_due(&self, before: Timestamp) -> Result<i64, Trouble> {
        let first: i64 =
            sqlx::query_scalar(FIRST_THAT_STAYS).bind(before.0).fetch_one(self.store.read()).await?;
        Ok(sqlx::query_scalar("SELECT count(*) FROM ledger WHERE n < ?")
            .bind(first)
            .fetch_one(self.store.read())
            .await?)
    }

    pub(super) async fn purge_lines(&self, before: Timestamp) -> Result<i64, Trouble> {
        let mut connection = self.store.read().acquire().await?;
        let start = first_line(&mut connection, &self.vault).await?;
        let first: i64 =
            sqlx::query_scalar(FIRST_THAT_STAYS).bind(before.0).fetch_one(&mut *connection).await?;
        drop(connection);
        if first <= start {
            return Ok(0);
        }
        let mut standings = self.standings_before().await?;
        let mut touched = BTreeSet::new();
        // Read whole first: nothing is taken from a ledger that was changed.
        ledger::read::walk::<Trouble>(&self.store, &self.vault, |line| {
            if line.n < first {
                touched.extend(replay::add(&mut standings, &line)?);
            }
            Ok(())
        })
        .await?;
        let mut rng = self.rng();
        let mut write = self.store.write().await?;
        if first_line(&mut write, &self.vault).await? != start {
            // Another purge was faster.
            return Ok(0);
        }
        for (number_key, standing) in standings.iter().filter(|(number, _)| touched.contains(*number)) {
            base::keep(&mut write, &self.vault, &mut rng, number_key, standing).await?;
        }
        ledger::read::start_at(&mut write, &self.vault, &mut rng, first).await?;
        let done = sqlx::query("DELETE FROM ledger WHERE n < ?").bind(first).execute(&mut *write).await?;
        write.commit().await?;
        Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
    }
}
