use super::{
    EngineRow, EngineTransaction,
    columns::{fixed, moment, text},
};
use crate::store::{Policies, PolicyName, PolicyText, Result};
use async_trait::async_trait;
use postern_protocol::{
    id::ClinicId,
    wire::desk_policies::{PolicyKind, PolicyLanguage, PolicyVersion},
};
use sqlx::Row;

fn read(row: &EngineRow) -> Result<PolicyText> {
    Ok(PolicyText {
        text: row.try_get("words")?,
        sha256: fixed(row, "sha256")?,
        published: moment(row, "published")?,
    })
}

#[async_trait]
impl Policies for EngineTransaction {
    async fn policy(&mut self, clinic: &ClinicId, name: &PolicyName) -> Result<Option<PolicyText>> {
        let row = sqlx::query(
            "SELECT * FROM policies WHERE clinic = $1 AND kind = $2 AND version = $3 AND language = $4",
        )
        .bind(clinic.as_str())
        .bind(name.kind.as_str())
        .bind(name.version.as_str())
        .bind(name.language.as_str())
        .fetch_optional(&mut *self.connection)
        .await?;
        row.as_ref().map(read).transpose()
    }

    async fn insert_policy(
        &mut self,
        clinic: &ClinicId,
        name: &PolicyName,
        text: &PolicyText,
    ) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO policies (clinic, kind, version, language, words, sha256, published)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (clinic, kind, version, language) DO NOTHING",
        )
        .bind(clinic.as_str())
        .bind(name.kind.as_str())
        .bind(name.version.as_str())
        .bind(name.language.as_str())
        .bind(&text.text)
        .bind(&text.sha256.0[..])
        .bind(text.published.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn newest_policy(&mut self, clinic: &ClinicId, kind: PolicyKind) -> Result<Option<PolicyVersion>> {
        let row = sqlx::query(
            "SELECT version FROM policies WHERE clinic = $1 AND kind = $2
             GROUP BY version ORDER BY MIN(published) DESC, version DESC LIMIT 1",
        )
        .bind(clinic.as_str())
        .bind(kind.as_str())
        .fetch_optional(&mut *self.connection)
        .await?;
        row.map(|row| text(&row, "version", |text| text.parse().ok())).transpose()
    }

    async fn policy_languages(
        &mut self,
        clinic: &ClinicId,
        kind: PolicyKind,
        version: &PolicyVersion,
    ) -> Result<Vec<PolicyLanguage>> {
        let rows = sqlx::query(
            "SELECT language FROM policies WHERE clinic = $1 AND kind = $2 AND version = $3 ORDER BY language",
        )
        .bind(clinic.as_str())
        .bind(kind.as_str())
        .bind(version.as_str())
        .fetch_all(&mut *self.connection)
        .await?;
        rows.iter().map(|row| text(row, "language", |text| text.parse().ok())).collect()
    }
}
