//! Messages that wait for their number to be confirmed, and those that came back.

use super::{ToHelper, Who};
use crate::{
    desk::Desk,
    send::{Content, waiting::returns_at},
    trouble::Trouble,
};
use postern_protocol::time::Timestamp;
use serde::Serialize;

/// One message that did not go out yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingLine {
    /// Whom it is for.
    pub patient: Option<Who>,
    /// The helper whom it would go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helper: Option<ToHelper>,
    /// Its heading, where it has one of its own.
    pub subject: Option<String>,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it comes back if the number is not confirmed.
    pub returns_at: Timestamp,
    /// When it came back.
    pub returned_at: Option<Timestamp>,
    /// Why, as a refusal's code.
    pub why: Option<String>,
}

impl Desk {
    pub(super) async fn waiting_lines(&self) -> Result<Vec<WaitingLine>, Trouble> {
        type Row = (String, String, Vec<u8>, i64, Option<i64>, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT request_key, patient_key, sealed, since, returned_at, why FROM waiting_send ORDER BY since, rowid",
        )
        .fetch_all(self.store.read())
        .await?;
        let policy = self.policy().await?;
        let mut lines = Vec::with_capacity(rows.len());
        for (request_key, patient_key, sealed, since, returned_at, why) in rows {
            let request = self.open_waiting(&request_key, &sealed)?;
            let helper_key = request.helper.as_deref().map(|id| self.helper_key(id));
            let subject = match request.content {
                Content::Text { subject, .. } => Some(subject),
                _ => None,
            };
            lines.push(WaitingLine {
                patient: self.who(&patient_key).await?,
                helper: self.to_helper(helper_key.as_deref()).await?,
                subject,
                since: Timestamp(since),
                returns_at: returns_at(&policy, Timestamp(since)),
                returned_at: returned_at.map(Timestamp),
                why,
            });
        }
        Ok(lines)
    }
}
