use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, moment, number, signed, text},
    records::rid,
};
use crate::store::{Feed, NewEvent, Result, StoreError};
use async_trait::async_trait;
use postern_protocol::{
    id::{ClinicId, LinkId},
    time::Timestamp,
    wire::desk_feed::{FeedEvent, FeedWhat},
};
use sqlx::Row;

fn read(row: &EngineRow) -> Result<FeedEvent> {
    let what = if row.try_get::<Option<&str>, _>("what")?.is_some() {
        text(row, "what", |json| serde_json::from_str(json).ok())?
    } else {
        FeedWhat::Record { rid: rid(row)?, jwe: row.try_get("jwe")?, receipt: row.try_get("receipt")? }
    };
    Ok(FeedEvent { n: number(row, "n")?, at: moment(row, "at")?, lid: fixed(row, "lid")?, what })
}

#[async_trait]
impl Feed for EngineTransaction {
    async fn feed(
        &mut self,
        clinic: &ClinicId,
        lid: &LinkId,
        event: NewEvent<'_>,
        at: Timestamp,
    ) -> Result<u64> {
        let (rid, what) = match event {
            NewEvent::Record(rid) => (Some(&rid.as_bytes()[..]), None),
            NewEvent::Other(what) => {
                let json =
                    serde_json::to_string(what).map_err(|error| StoreError::Engine(Box::new(error)))?;
                (None, Some(json))
            }
        };
        let row = sqlx::query("UPDATE clinics SET fed = fed + 1 WHERE id = $1 RETURNING fed AS n")
            .bind(clinic.as_str())
            .fetch_one(&mut *self.connection)
            .await?;
        let n: u64 = number(&row, "n")?;
        sqlx::query("INSERT INTO feed (clinic, n, at, lid, rid, what) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(clinic.as_str())
            .bind(signed(n))
            .bind(at.0)
            .bind(&lid.0[..])
            .bind(rid)
            .bind(what)
            .execute(&mut *self.connection)
            .await?;
        self.committed.fed = true;
        Ok(n)
    }

    async fn feed_after(&mut self, clinic: &ClinicId, after: u64, limit: u32) -> Result<Vec<FeedEvent>> {
        let rows = sqlx::query(
            "SELECT feed.n, feed.at, feed.lid, feed.rid, feed.what, records.jwe, records.receipt
             FROM feed LEFT JOIN records ON records.lid = feed.lid AND records.rid = feed.rid
             WHERE feed.clinic = $1 AND feed.n > $2 ORDER BY feed.n LIMIT $3",
        )
        .bind(clinic.as_str())
        .bind(signed(after))
        .bind(i64::from(limit))
        .fetch_all(&mut *self.connection)
        .await?;
        rows.iter().map(read).collect()
    }

    async fn pass_feed(&mut self, clinic: &ClinicId, after: u64, now: Timestamp) -> Result<()> {
        // A desk cannot pass what was never there: the cursor stops at the newest event.
        sqlx::query("UPDATE clinics SET cursor = CASE WHEN $2 < fed THEN $2 ELSE fed END WHERE id = $1 AND cursor < CASE WHEN $2 < fed THEN $2 ELSE fed END")
            .bind(clinic.as_str())
            .bind(signed(after))
            .execute(&mut *self.connection)
            .await?;
        sqlx::query("UPDATE feed SET passed = $3 WHERE clinic = $1 AND n <= $2 AND passed IS NULL")
            .bind(clinic.as_str())
            .bind(signed(after))
            .bind(now.0)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn drop_feed_passed(&mut self, before: Timestamp) -> Result<u64> {
        sqlx::query(
            "UPDATE records SET jwe = '' WHERE jwe <> '' AND EXISTS (
                 SELECT 1 FROM feed WHERE feed.lid = records.lid AND feed.rid = records.rid AND feed.passed < $1)",
        )
        .bind(before.0)
        .execute(&mut *self.connection)
        .await?;
        let done = sqlx::query("DELETE FROM feed WHERE passed < $1")
            .bind(before.0)
            .execute(&mut *self.connection)
            .await?;
        Ok(done.rows_affected())
    }

    async fn raise_feed_numbers(&mut self, above: u64) -> Result<()> {
        sqlx::query("UPDATE clinics SET fed = $1 WHERE fed < $1")
            .bind(signed(above))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
