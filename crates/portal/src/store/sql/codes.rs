use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, moment, number, text},
};
use crate::store::{Code, CodeState, Codes, Result};
use async_trait::async_trait;
use postern_protocol::{id::LinkId, time::Timestamp};
use sqlx::Row;

fn read(row: &EngineRow) -> Result<Code> {
    Ok(Code {
        lid: fixed(row, "lid")?,
        slot: number(row, "slot")?,
        made: moment(row, "made")?,
        until: moment(row, "until")?,
        tries: number(row, "tries")?,
        accepted: row.try_get::<Option<i64>, _>("accepted")?.map(Timestamp),
        state: text(row, "state", CodeState::parse)?,
    })
}

#[async_trait]
impl Codes for EngineTransaction {
    async fn insert_code(&mut self, code: &Code) -> Result<()> {
        sqlx::query(
            "INSERT INTO codes (lid, slot, made, until, tries, accepted, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&code.lid.0[..])
        .bind(i64::from(code.slot))
        .bind(code.made.0)
        .bind(code.until.0)
        .bind(i64::from(code.tries))
        .bind(code.accepted.map(|at| at.0))
        .bind(code.state.as_str())
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn code(&mut self, lid: &LinkId, slot: u16) -> Result<Option<Code>> {
        let row = sqlx::query("SELECT * FROM codes WHERE lid = $1 AND slot = $2")
            .bind(&lid.0[..])
            .bind(i64::from(slot))
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn codes_since(&mut self, lid: &LinkId, after: Timestamp) -> Result<Vec<Code>> {
        let rows = sqlx::query("SELECT * FROM codes WHERE lid = $1 AND made > $2 ORDER BY slot")
            .bind(&lid.0[..])
            .bind(after.0)
            .fetch_all(&mut *self.connection)
            .await?;
        rows.iter().map(read).collect()
    }

    async fn count_code_try(&mut self, lid: &LinkId, slot: u16, most: u32, now: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE codes SET tries = tries + 1
             WHERE lid = $1 AND slot = $2 AND state = 'live' AND tries < $3 AND until > $4",
        )
        .bind(&lid.0[..])
        .bind(i64::from(slot))
        .bind(i64::from(most))
        .bind(now.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn accept_code(&mut self, lid: &LinkId, slot: u16, now: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE codes SET state = 'accepted', accepted = $3
             WHERE lid = $1 AND slot = $2 AND state = 'live' AND until > $3",
        )
        .bind(&lid.0[..])
        .bind(i64::from(slot))
        .bind(now.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn kill_code(&mut self, lid: &LinkId, slot: u16) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE codes SET state = 'dead' WHERE lid = $1 AND slot = $2 AND state IN ('live', 'accepted')",
        )
        .bind(&lid.0[..])
        .bind(i64::from(slot))
        .execute(&mut *self.connection)
        .await?;
        drop_slots_of_dead(self).await?;
        Ok(done.rows_affected() == 1)
    }

    async fn kill_codes(&mut self, lid: &LinkId) -> Result<()> {
        sqlx::query("UPDATE codes SET state = 'dead' WHERE lid = $1 AND state IN ('live', 'accepted')")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn kill_codes_past(&mut self, now: Timestamp) -> Result<u64> {
        let done = sqlx::query("UPDATE codes SET state = 'dead' WHERE state = 'live' AND until <= $1")
            .bind(now.0)
            .execute(&mut *self.connection)
            .await?;
        if done.rows_affected() > 0 {
            drop_slots_of_dead(self).await?;
        }
        Ok(done.rows_affected())
    }

    async fn kill_every_code(&mut self) -> Result<()> {
        sqlx::query("UPDATE codes SET state = 'dead'").execute(&mut *self.connection).await?;
        drop_slots_of_dead(self).await
    }

    async fn dead_codes(&mut self, limit: u32) -> Result<Vec<(LinkId, u16)>> {
        let rows = sqlx::query("SELECT lid, slot FROM codes WHERE state = 'dead' LIMIT $1")
            .bind(i64::from(limit))
            .fetch_all(&mut *self.connection)
            .await?;
        rows.iter().map(|row| Ok((fixed(row, "lid")?, number(row, "slot")?))).collect()
    }

    async fn note_code_gone(&mut self, lid: &LinkId, slot: u16) -> Result<()> {
        sqlx::query("UPDATE codes SET state = 'gone' WHERE lid = $1 AND slot = $2 AND state = 'dead'")
            .bind(&lid.0[..])
            .bind(i64::from(slot))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}

async fn drop_slots_of_dead(transaction: &mut EngineTransaction) -> Result<()> {
    sqlx::query("DELETE FROM slots WHERE (lid, slot) IN (SELECT lid, slot FROM codes WHERE state = 'dead')")
        .execute(&mut *transaction.connection)
        .await?;
    Ok(())
}
