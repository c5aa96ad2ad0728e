//! What did not hold.

use crate::{desk::Desk, feed::Reason, trouble::Trouble, vault::Place};
use postern_protocol::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// One incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidentLine {
    /// Its number.
    pub id: i64,
    /// The link it came under.
    pub lid: Option<String>,
    /// Stable code.
    pub reason: String,
    /// In words.
    pub words: &'static str,
    /// When it was kept.
    pub at: Timestamp,
    /// Since when it is resolved: the missing answer came.
    pub resolved_at: Option<Timestamp>,
    /// Everything that came.
    pub event: Value,
}

impl Desk {
    pub(super) async fn incident_lines(&self) -> Result<Vec<IncidentLine>, Trouble> {
        type Row = (i64, String, Option<String>, String, i64, Option<i64>, Vec<u8>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, fingerprint, lid, reason, at, resolved_at, sealed FROM incident ORDER BY id",
        )
        .fetch_all(self.store.read())
        .await?;
        rows.into_iter()
            .map(|(id, fingerprint, lid, reason, at, resolved_at, sealed)| {
                let known = Reason::ALL.iter().find(|one| one.as_str() == reason);
                Ok(IncidentLine {
                    id,
                    lid,
                    words: known.map_or("", |reason| reason.words()),
                    reason,
                    at: Timestamp(at),
                    resolved_at: resolved_at.map(Timestamp),
                    event: self.vault.open_json(Place::new("incident", "sealed", &fingerprint), &sealed)?,
                })
            })
            .collect()
    }
}
