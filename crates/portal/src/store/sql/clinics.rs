use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, number, text},
};
use crate::store::{Clinic, Clinics, Epoch, Result, StoreError};
use async_trait::async_trait;
use postern_protocol::{id::ClinicId, time::Timestamp};
use sqlx::Row;

fn read(row: &EngineRow) -> Result<Clinic> {
    Ok(Clinic {
        public: text(row, "public", |json| serde_json::from_str(json).ok())?,
        host: row.try_get("host")?,
        desk_key: text(row, "desk_key", |json| serde_json::from_str(json).ok())?,
        synced: fixed(row, "synced")?,
        heard: row.try_get::<Option<i64>, _>("heard")?.map(Timestamp),
        cursor: number(row, "cursor")?,
    })
}

#[async_trait]
impl Clinics for EngineTransaction {
    async fn clinic(&mut self, id: &ClinicId) -> Result<Option<Clinic>> {
        let row = sqlx::query("SELECT * FROM clinics WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn clinic_at(&mut self, host: &str) -> Result<Option<Clinic>> {
        let row = sqlx::query("SELECT * FROM clinics WHERE host = $1")
            .bind(host)
            .fetch_optional(&mut *self.connection)
            .await?;
        row.as_ref().map(read).transpose()
    }

    async fn clinics(&mut self) -> Result<Vec<Clinic>> {
        let rows = sqlx::query("SELECT * FROM clinics ORDER BY id").fetch_all(&mut *self.connection).await?;
        rows.iter().map(read).collect()
    }

    async fn put_clinic(&mut self, clinic: &Clinic) -> Result<()> {
        let json = |error: serde_json::Error| StoreError::Engine(Box::new(error));
        sqlx::query(
            "INSERT INTO clinics (id, host, public, desk_key, synced) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET host = $2, public = $3, desk_key = $4",
        )
        .bind(clinic.public.id.as_str())
        .bind(&clinic.host)
        .bind(serde_json::to_string(&clinic.public).map_err(json)?)
        .bind(serde_json::to_string(&clinic.desk_key).map_err(json)?)
        .bind(&clinic.synced.0[..])
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn note_heard(&mut self, id: &ClinicId, at: Timestamp) -> Result<()> {
        sqlx::query("UPDATE clinics SET heard = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(at.0)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn note_synced(&mut self, id: &ClinicId, epoch: &Epoch) -> Result<()> {
        sqlx::query("UPDATE clinics SET synced = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(&epoch.0[..])
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}
