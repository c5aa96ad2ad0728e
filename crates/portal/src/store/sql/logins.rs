use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, fixed_or_null, moment, number},
};
use crate::store::{Login, Logins, Progress, Result, StoreError};
use async_trait::async_trait;
use postern_protocol::{
    digest::Digest,
    id::{LinkId, LoginId},
    time::Timestamp,
};
use sqlx::Row;

fn read(row: &EngineRow) -> Result<Login> {
    let progress = match (row.try_get::<Option<i64>, _>("done")?, fixed_or_null(row, "ke3_sha256")?) {
        (None, None) => Progress::Started,
        (Some(at), Some(ke3_sha256)) => Progress::Done { ke3_sha256, at: Timestamp(at) },
        _ => return Err(StoreError::Inconsistent("login")),
    };
    Ok(Login {
        id: fixed(row, "id")?,
        lid: fixed(row, "lid")?,
        slot: number(row, "slot")?,
        ke1_sha256: fixed(row, "ke1_sha256")?,
        sealed: row.try_get("sealed")?,
        started: moment(row, "started")?,
        progress,
    })
}

#[async_trait]
impl Logins for EngineTransaction {
    async fn login(&mut self, id: &LoginId, lid: &LinkId) -> Result<Option<Login>> {
        let row = sqlx::query("SELECT * FROM logins WHERE id = $1 AND lid = $2")
            .bind(&id.0[..])
            .bind(&lid.0[..])
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn login_by_ke1(&mut self, lid: &LinkId, slot: u16, ke1_sha256: &Digest) -> Result<Option<Login>> {
        let row = sqlx::query("SELECT * FROM logins WHERE lid = $1 AND slot = $2 AND ke1_sha256 = $3")
            .bind(&lid.0[..])
            .bind(i64::from(slot))
            .bind(&ke1_sha256.0[..])
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn insert_login(&mut self, login: &Login) -> Result<()> {
        sqlx::query(
            "INSERT INTO logins (id, lid, slot, ke1_sha256, sealed, started) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&login.id.0[..])
        .bind(&login.lid.0[..])
        .bind(i64::from(login.slot))
        .bind(&login.ke1_sha256.0[..])
        .bind(&login.sealed)
        .bind(login.started.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn finish_login(
        &mut self,
        id: &LoginId,
        lid: &LinkId,
        ke3_sha256: &Digest,
        sealed: &[u8],
        at: Timestamp,
    ) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE logins SET done = $5, ke3_sha256 = $3, sealed = $4
             WHERE id = $1 AND lid = $2 AND done IS NULL",
        )
        .bind(&id.0[..])
        .bind(&lid.0[..])
        .bind(&ke3_sha256.0[..])
        .bind(sealed)
        .bind(at.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn logins_past(&mut self, until: Timestamp, limit: u32) -> Result<Vec<Login>> {
        let rows = sqlx::query(
            "SELECT * FROM logins WHERE started <= $1 AND (done IS NULL OR done <= $1)
             ORDER BY started LIMIT $2",
        )
        .bind(until.0)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.connection)
        .await?;
        rows.iter().map(read).collect()
    }

    async fn started_logins(&mut self, lid: &LinkId, slot: u16) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM logins WHERE lid = $1 AND slot = $2 AND done IS NULL LIMIT 1")
            .bind(&lid.0[..])
            .bind(i64::from(slot))
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.is_some())
    }

    async fn drop_login(&mut self, id: &LoginId) -> Result<()> {
        sqlx::query("DELETE FROM logins WHERE id = $1")
            .bind(&id.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn drop_logins(&mut self, lid: &LinkId) -> Result<()> {
        sqlx::query("DELETE FROM logins WHERE lid = $1")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn drop_all_logins(&mut self) -> Result<()> {
        sqlx::query("DELETE FROM logins").execute(&mut *self.connection).await?;
        Ok(())
    }
}
