use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, moment, number},
};
use crate::store::{Result, Session, Sessions};
use async_trait::async_trait;
use postern_protocol::{
    digest::Digest,
    id::{LinkId, LoginId},
    time::Timestamp,
};

fn read(row: &EngineRow) -> Result<Session> {
    Ok(Session {
        token_sha256: fixed(row, "token_sha256")?,
        lid: fixed(row, "lid")?,
        login: fixed(row, "login")?,
        slot: number(row, "slot")?,
        level: number(row, "level")?,
        seen: moment(row, "seen")?,
        ends: moment(row, "ends")?,
    })
}

#[async_trait]
impl Sessions for EngineTransaction {
    async fn session(&mut self, token_sha256: &Digest, lid: &LinkId) -> Result<Option<Session>> {
        let row = sqlx::query("SELECT * FROM sessions WHERE token_sha256 = $1 AND lid = $2")
            .bind(&token_sha256.0[..])
            .bind(&lid.0[..])
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn session_of_login(&mut self, login: &LoginId) -> Result<Option<Session>> {
        let row = sqlx::query("SELECT * FROM sessions WHERE login = $1")
            .bind(&login.0[..])
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn insert_session(&mut self, session: &Session) -> Result<()> {
        sqlx::query(
            "INSERT INTO sessions (token_sha256, lid, login, slot, level, seen, ends)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&session.token_sha256.0[..])
        .bind(&session.lid.0[..])
        .bind(&session.login.0[..])
        .bind(i64::from(session.slot))
        .bind(i64::from(session.level))
        .bind(session.seen.0)
        .bind(session.ends.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn renew_session(&mut self, token_sha256: &Digest, at: Timestamp) -> Result<()> {
        sqlx::query("UPDATE sessions SET seen = $2 WHERE token_sha256 = $1 AND seen < $2")
            .bind(&token_sha256.0[..])
            .bind(at.0)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn end_session(&mut self, token_sha256: &Digest) -> Result<bool> {
        let done = sqlx::query("DELETE FROM sessions WHERE token_sha256 = $1")
            .bind(&token_sha256.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn drop_sessions(&mut self, lid: &LinkId) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE lid = $1")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn drop_sessions_past(&mut self, seen_until: Timestamp, now: Timestamp) -> Result<u64> {
        let done = sqlx::query("DELETE FROM sessions WHERE seen <= $1 OR ends <= $2")
            .bind(seen_until.0)
            .bind(now.0)
            .execute(&mut *self.connection)
            .await?;
        Ok(done.rows_affected())
    }

    async fn drop_all_sessions(&mut self) -> Result<()> {
        sqlx::query("DELETE FROM sessions").execute(&mut *self.connection).await?;
        Ok(())
    }
}
