use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, moment, number, signed, text},
};
use crate::store::{Ending, Link, LinkState, Links, Result, Tries};
use async_trait::async_trait;
use postern_protocol::{
    factor::Policy,
    id::{ClinicId, LinkId},
    time::Timestamp,
};
use sqlx::Row;

fn state_text(state: LinkState) -> &'static str {
    match state {
        LinkState::New => "new",
        LinkState::Active => "active",
        LinkState::Ended(Ending::Expired) => "expired",
        LinkState::Ended(Ending::Recalled) => "recalled",
        LinkState::Ended(Ending::Closed) => "closed",
    }
}

fn state(text: &str) -> Option<LinkState> {
    let endings = [Ending::Expired, Ending::Recalled, Ending::Closed].map(LinkState::Ended);
    [LinkState::New, LinkState::Active].into_iter().chain(endings).find(|one| state_text(*one) == text)
}

pub(super) fn factor(text: &str) -> Option<Policy> {
    [Policy::BirthDate, Policy::Code, Policy::Both].into_iter().find(|one| one.as_str() == text)
}

fn tries(row: &EngineRow) -> Result<Tries> {
    Ok(Tries { used: number(row, "used")?, max: number(row, "max")? })
}

fn read(row: &EngineRow) -> Result<Link> {
    Ok(Link {
        lid: fixed(row, "lid")?,
        clinic: text(row, "clinic", |id| ClinicId::new(id).ok())?,
        policy: text(row, "policy", factor)?,
        claim_sha256: fixed(row, "claim_sha256")?,
        state: text(row, "state", state)?,
        tries: tries(row)?,
        unlocked: row.try_get::<i64, _>("unlocked")? != 0,
        expires: moment(row, "expires")?,
        highest_slot: number(row, "highest_slot")?,
        records: number(row, "records")?,
        bytes: number(row, "bytes")?,
    })
}

#[async_trait]
impl Links for EngineTransaction {
    async fn link(&mut self, lid: &LinkId) -> Result<Option<Link>> {
        let row = sqlx::query("SELECT * FROM links WHERE lid = $1")
            .bind(&lid.0[..])
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn insert_link(&mut self, link: &Link, at: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO links (lid, clinic, policy, claim_sha256, state, used, max, made, expires)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (lid) DO NOTHING",
        )
        .bind(&link.lid.0[..])
        .bind(link.clinic.as_str())
        .bind(link.policy.as_str())
        .bind(&link.claim_sha256.0[..])
        .bind(state_text(link.state))
        .bind(i64::from(link.tries.used))
        .bind(i64::from(link.tries.max))
        .bind(at.0)
        .bind(link.expires.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn activate_link(&mut self, lid: &LinkId) -> Result<()> {
        sqlx::query("UPDATE links SET state = 'active' WHERE lid = $1 AND state = 'new'")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn end_link(&mut self, lid: &LinkId, ending: Ending, at: Timestamp) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE links SET state = $2, ended = $3, bytes = 0 WHERE lid = $1 AND ended IS NULL",
        )
        .bind(&lid.0[..])
        .bind(state_text(LinkState::Ended(ending)))
        .bind(at.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn count_try(&mut self, lid: &LinkId, now: Timestamp) -> Result<Option<Tries>> {
        let row = sqlx::query(
            "UPDATE links SET used = used + 1
             WHERE lid = $1 AND used < max AND state = 'active' AND expires > $2 RETURNING used, max",
        )
        .bind(&lid.0[..])
        .bind(now.0)
        .fetch_optional(&mut *self.connection)
        .await?;
        row.as_ref().map(tries).transpose()
    }

    async fn give_back_try(&mut self, lid: &LinkId) -> Result<Option<Tries>> {
        let row =
            sqlx::query("UPDATE links SET used = used - 1 WHERE lid = $1 AND used > 0 RETURNING used, max")
                .bind(&lid.0[..])
                .fetch_optional(&mut *self.connection)
                .await?;
        row.as_ref().map(tries).transpose()
    }

    async fn raise_used(&mut self, lid: &LinkId, used: u32) -> Result<()> {
        sqlx::query("UPDATE links SET used = $2 WHERE lid = $1 AND used < $2")
            .bind(&lid.0[..])
            .bind(i64::from(used))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn unlock(&mut self, lid: &LinkId, more: u32) -> Result<Option<Tries>> {
        let row = sqlx::query(
            "UPDATE links SET max = max + $2, unlocked = 1, locked_told = 0
             WHERE lid = $1 AND unlocked = 0 RETURNING used, max",
        )
        .bind(&lid.0[..])
        .bind(i64::from(more))
        .fetch_optional(&mut *self.connection)
        .await?;
        row.as_ref().map(tries).transpose()
    }

    async fn mark_opened(&mut self, lid: &LinkId, at: Timestamp) -> Result<bool> {
        let done = sqlx::query("UPDATE links SET opened = $2 WHERE lid = $1 AND opened IS NULL")
            .bind(&lid.0[..])
            .bind(at.0)
            .execute(&mut *self.connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn mark_locked_told(&mut self, lid: &LinkId) -> Result<bool> {
        let done = sqlx::query("UPDATE links SET locked_told = 1 WHERE lid = $1 AND locked_told = 0")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn grow_link(&mut self, lid: &LinkId, bytes: u64, most: u64) -> Result<bool> {
        let done = sqlx::query("UPDATE links SET bytes = bytes + $2 WHERE lid = $1 AND bytes + $2 <= $3")
            .bind(&lid.0[..])
            .bind(signed(bytes))
            .bind(signed(most))
            .execute(&mut *self.connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn count_record(&mut self, lid: &LinkId, bytes: u64, records: u32, most: u64) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE links SET records = records + 1, bytes = bytes + $2
             WHERE lid = $1 AND records < $3 AND bytes + $2 <= $4",
        )
        .bind(&lid.0[..])
        .bind(signed(bytes))
        .bind(i64::from(records))
        .bind(signed(most))
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn links_past(&mut self, now: Timestamp, limit: u32) -> Result<Vec<LinkId>> {
        let rows = sqlx::query(
            "SELECT lid FROM links WHERE ended IS NULL AND expires <= $1 ORDER BY expires LIMIT $2",
        )
        .bind(now.0)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.connection)
        .await?;
        rows.iter().map(|row| fixed(row, "lid")).collect()
    }

    async fn links_with_key_to_destroy(&mut self, limit: u32) -> Result<Vec<LinkId>> {
        let rows =
            sqlx::query("SELECT lid FROM links WHERE ended IS NOT NULL AND key_destroyed = 0 LIMIT $1")
                .bind(i64::from(limit))
                .fetch_all(&mut *self.connection)
                .await?;
        rows.iter().map(|row| fixed(row, "lid")).collect()
    }

    async fn note_key_destroyed(&mut self, lid: &LinkId) -> Result<()> {
        sqlx::query("UPDATE links SET key_destroyed = 1 WHERE lid = $1")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn doubt_destroyed_keys(&mut self) -> Result<()> {
        sqlx::query("UPDATE links SET key_destroyed = 0 WHERE ended IS NOT NULL")
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn forget_links(&mut self, ended_before: Timestamp, limit: u32) -> Result<u64> {
        // A record that the desk has not fetched yet keeps its link.
        let done = sqlx::query(
            "DELETE FROM links WHERE lid IN (
                 SELECT lid FROM links WHERE ended < $1 AND key_destroyed = 1
                 AND NOT EXISTS (SELECT 1 FROM records WHERE records.lid = links.lid AND records.jwe <> '')
                 AND NOT EXISTS (SELECT 1 FROM codes WHERE codes.lid = links.lid AND codes.state <> 'gone')
                 LIMIT $2)",
        )
        .bind(ended_before.0)
        .bind(i64::from(limit))
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected())
    }
}
