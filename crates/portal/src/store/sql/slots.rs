use super::{
    EngineRow, EngineTransaction,
    columns::{self, fixed, moment, number, text},
    links::factor,
};
use crate::store::{Result, Slot, Slots};
use async_trait::async_trait;
use postern_protocol::{id::LinkId, time::Timestamp};
use sqlx::Row;

fn read(row: &EngineRow) -> Result<Slot> {
    Ok(Slot {
        lid: fixed(row, "lid")?,
        number: number(row, "slot")?,
        factor: text(row, "factor", factor)?,
        level: number(row, "level")?,
        suite: number(row, "suite")?,
        setup: number(row, "setup")?,
        until: moment(row, "until")?,
        sealed: row.try_get("sealed")?,
    })
}

#[async_trait]
impl Slots for EngineTransaction {
    async fn slot(&mut self, lid: &LinkId, number: u16) -> Result<Option<Slot>> {
        let row = sqlx::query("SELECT * FROM slots WHERE lid = $1 AND slot = $2")
            .bind(&lid.0[..])
            .bind(i64::from(number))
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn open_slots(&mut self, lid: &LinkId, code_tries: u32, now: Timestamp) -> Result<Vec<Slot>> {
        let rows = sqlx::query(
            "SELECT slots.* FROM slots LEFT JOIN codes ON codes.lid = slots.lid AND codes.slot = slots.slot
             WHERE slots.lid = $1 AND slots.until > $2
             AND (codes.state IS NULL OR (codes.state = 'live' AND codes.tries < $3)) ORDER BY slots.slot",
        )
        .bind(&lid.0[..])
        .bind(now.0)
        .bind(i64::from(code_tries))
        .fetch_all(&mut *self.connection)
        .await?;
        rows.iter().map(read).collect()
    }

    async fn insert_slot(&mut self, slot: &Slot) -> Result<bool> {
        let above = sqlx::query("UPDATE links SET highest_slot = $2 WHERE lid = $1 AND highest_slot < $2")
            .bind(&slot.lid.0[..])
            .bind(i64::from(slot.number))
            .execute(&mut *self.connection)
            .await?;
        if above.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO slots (lid, slot, factor, level, suite, setup, until, sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&slot.lid.0[..])
        .bind(i64::from(slot.number))
        .bind(slot.factor.as_str())
        .bind(i64::from(slot.level))
        .bind(i64::from(slot.suite))
        .bind(i64::from(slot.setup))
        .bind(slot.until.0)
        .bind(&slot.sealed)
        .execute(&mut *self.connection)
        .await?;
        Ok(true)
    }

    async fn count_evaluation(&mut self, lid: &LinkId, number: u16, setup: u32, most: u32) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO evaluations (lid, slot, setup, count) VALUES ($1, $2, $3, 1)
             ON CONFLICT (lid, slot) DO UPDATE SET count = evaluations.count + 1, setup = $3 WHERE evaluations.count < $4",
        )
        .bind(&lid.0[..])
        .bind(i64::from(number))
        .bind(i64::from(setup))
        .bind(i64::from(most))
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn evaluated_setup(&mut self, lid: &LinkId, number: u16) -> Result<Option<u32>> {
        let row = sqlx::query("SELECT setup FROM evaluations WHERE lid = $1 AND slot = $2")
            .bind(&lid.0[..])
            .bind(i64::from(number))
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(|row| columns::number(row, "setup")).transpose()
    }

    async fn setups_in_use(&mut self) -> Result<Vec<u32>> {
        let rows = sqlx::query(
            "SELECT setup FROM slots UNION SELECT evaluations.setup FROM evaluations
             JOIN links ON links.lid = evaluations.lid WHERE links.ended IS NULL",
        )
        .fetch_all(&mut *self.connection)
        .await?;
        rows.iter().map(|row| columns::number(row, "setup")).collect()
    }

    async fn drop_slots(&mut self, lid: &LinkId) -> Result<()> {
        sqlx::query("DELETE FROM slots WHERE lid = $1")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn drop_slots_past(&mut self, now: Timestamp) -> Result<u64> {
        let done = sqlx::query(
            "DELETE FROM slots WHERE until <= $1 AND NOT EXISTS (
                 SELECT 1 FROM codes WHERE codes.lid = slots.lid AND codes.slot = slots.slot)",
        )
        .bind(now.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected())
    }
}
