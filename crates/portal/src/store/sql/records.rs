use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, moment, number, text},
};
use crate::store::{LastReceipt, Record, Records, Result, StoreError};
use async_trait::async_trait;
use postern_protocol::{
    id::{ClinicId, LinkId, RecordId},
    wire::verify::OwnCopy,
};
use sqlx::Row;

pub(super) fn rid(row: &EngineRow) -> Result<RecordId> {
    RecordId::from_slice(row.try_get("rid")?).map_err(|_| StoreError::Inconsistent("rid"))
}

fn read(row: &EngineRow) -> Result<Record> {
    Ok(Record {
        lid: fixed(row, "lid")?,
        clinic: text(row, "clinic", |id| ClinicId::new(id).ok())?,
        rid: rid(row)?,
        epoch: fixed(row, "epoch")?,
        seq: number(row, "seq")?,
        sha256: fixed(row, "sha256")?,
        own_sha256: fixed(row, "own_sha256")?,
        jwe: row.try_get("jwe")?,
        receipt: row.try_get("receipt")?,
        received: moment(row, "received")?,
    })
}

#[async_trait]
impl Records for EngineTransaction {
    async fn record(&mut self, lid: &LinkId, rid: &RecordId) -> Result<Option<Record>> {
        let row = sqlx::query("SELECT * FROM records WHERE lid = $1 AND rid = $2")
            .bind(&lid.0[..])
            .bind(&rid.as_bytes()[..])
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn last_receipt(&mut self, lid: &LinkId) -> Result<Option<LastReceipt>> {
        let row = sqlx::query(
            "SELECT epoch, seq, receipt FROM records WHERE lid = $1 ORDER BY position DESC LIMIT 1",
        )
        .bind(&lid.0[..])
        .fetch_optional(&mut *self.connection)
        .await?;
        row.map(|row| {
            Ok(LastReceipt {
                epoch: fixed(&row, "epoch")?,
                seq: number(&row, "seq")?,
                receipt: row.try_get("receipt")?,
            })
        })
        .transpose()
    }

    async fn receipts(&mut self, lid: &LinkId) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT receipt FROM records WHERE lid = $1 ORDER BY position")
            .bind(&lid.0[..])
            .fetch_all(&mut *self.connection)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("receipt")?)).collect()
    }

    async fn insert_record(&mut self, record: &Record) -> Result<()> {
        sqlx::query(
            "INSERT INTO records (lid, clinic, rid, epoch, seq, sha256, own_sha256, jwe, receipt, received)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&record.lid.0[..])
        .bind(record.clinic.as_str())
        .bind(&record.rid.as_bytes()[..])
        .bind(&record.epoch.0[..])
        .bind(i64::from(record.seq))
        .bind(&record.sha256.0[..])
        .bind(&record.own_sha256.0[..])
        .bind(&record.jwe)
        .bind(&record.receipt)
        .bind(record.received.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn own_copies(&mut self, lid: &LinkId, level: u8) -> Result<Vec<OwnCopy>> {
        let rows = sqlx::query(
            "SELECT rid, level, jwe FROM own_copies WHERE lid = $1 AND level <= $2 ORDER BY position",
        )
        .bind(&lid.0[..])
        .bind(i64::from(level))
        .fetch_all(&mut *self.connection)
        .await?;
        rows.iter()
            .map(|row| Ok(OwnCopy { rid: rid(row)?, level: number(row, "level")?, jwe: row.try_get("jwe")? }))
            .collect()
    }

    async fn insert_own_copy(&mut self, lid: &LinkId, own: &OwnCopy) -> Result<()> {
        sqlx::query("INSERT INTO own_copies (lid, rid, level, jwe) VALUES ($1, $2, $3, $4)")
            .bind(&lid.0[..])
            .bind(&own.rid.as_bytes()[..])
            .bind(i64::from(own.level))
            .bind(&own.jwe)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn drop_own_copies(&mut self, lid: &LinkId) -> Result<()> {
        sqlx::query("DELETE FROM own_copies WHERE lid = $1")
            .bind(&lid.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
