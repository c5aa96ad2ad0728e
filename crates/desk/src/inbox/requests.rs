//! What was said without the birth date.

use super::Who;
use crate::{desk::Desk, trouble::Trouble};
use postern_protocol::time::Timestamp;
use serde::Serialize;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestLine {
    /// Its id.
    pub rid: String,
    /// The link it came from.
    pub lid: String,
    /// Whose link it is; the one who spoke may be somebody else.
    pub patient: Option<Who>,
    /// `opt-out`, `wrong-person`, `code`, `new-link`, `birth-date-question`, `help`.
    pub kind: String,
    /// Category of an opt-out; everything where absent.
    pub scope: Option<String>,
    /// When, by the phone's clock.
    pub at: Timestamp,
    /// When the desk booked it.
    pub booked_at: Timestamp,
    /// Since when it is settled.
    pub settled_at: Option<Timestamp>,
}

impl Desk {
    pub(super) async fn request_lines(&self) -> Result<Vec<RequestLine>, Trouble> {
        type Row = (String, String, String, String, Option<String>, i64, i64, Option<i64>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT rid, lid, patient_key, kind, scope, at, booked_at, settled_at
             FROM link_record JOIN link USING (lid) ORDER BY booked_at, link_record.rowid",
        )
        .fetch_all(self.store.read())
        .await?;
        let mut lines = Vec::with_capacity(rows.len());
        for (rid, lid, patient_key, kind, scope, at, booked_at, settled_at) in rows {
            lines.push(RequestLine {
                patient: self.who(&patient_key).await?,
                rid,
                lid,
                kind,
                scope,
                at: Timestamp(at),
                booked_at: Timestamp(booked_at),
                settled_at: settled_at.map(Timestamp),
            });
        }
        Ok(lines)
    }
}
