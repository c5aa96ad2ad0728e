use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, fixed_or_null, moment, number, signed},
};
use crate::store::{Audit, AuditEntry, AuditHead, AuditRow, Result};
use async_trait::async_trait;
use sqlx::Row;

fn read(row: &EngineRow) -> Result<AuditRow> {
    Ok(AuditRow {
        n: number(row, "n")?,
        at: moment(row, "at")?,
        actor: row.try_get("actor")?,
        lid: fixed_or_null(row, "lid")?,
        event: row.try_get("event")?,
        outcome: row.try_get("outcome")?,
        hash: fixed(row, "hash")?,
    })
}

#[async_trait]
impl Audit for EngineTransaction {
    async fn audit(&mut self, entry: AuditEntry<'_>) -> Result<AuditHead> {
        let before = self.audit_head().await?;
        let row = AuditRow::after(&before, &entry);
        sqlx::query(
            "INSERT INTO audit (n, at, actor, lid, event, outcome, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(signed(row.n))
        .bind(row.at.0)
        .bind(&row.actor)
        .bind(row.lid.as_ref().map(|lid| &lid.0[..]))
        .bind(&row.event)
        .bind(&row.outcome)
        .bind(&row.hash.0[..])
        .execute(&mut *self.connection)
        .await?;
        let head = AuditHead { n: row.n, head: row.hash };
        self.committed.audit = Some(head);
        Ok(head)
    }

    async fn audit_head(&mut self) -> Result<AuditHead> {
        let row = sqlx::query("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1")
            .fetch_optional(&mut *self.connection)
            .await?;
        row.map_or(Ok(AuditHead::EMPTY), |row| {
            Ok(AuditHead { n: number(&row, "n")?, head: fixed(&row, "hash")? })
        })
    }

    async fn audit_row(&mut self, n: u64) -> Result<Option<AuditRow>> {
        let row = sqlx::query("SELECT * FROM audit WHERE n = $1")
            .bind(signed(n))
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn audit_rows(&mut self, after: u64, limit: u32) -> Result<Vec<AuditRow>> {
        let rows = sqlx::query("SELECT * FROM audit WHERE n > $1 ORDER BY n LIMIT $2")
            .bind(signed(after))
            .bind(i64::from(limit))
            .fetch_all(&mut *self.connection)
            .await?;
        rows.iter().map(read).collect()
    }
}
