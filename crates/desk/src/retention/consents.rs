//! Consents that no longer hold. One that holds is kept however old it is: it is the basis of today's texts.

use crate::{desk::Desk, trouble::Trouble};
use postern_protocol::time::Timestamp;

/// Refused or taken back, from that day; agreed to, from the day of the next answer to the same question. Each authorization has
/// a text of its own, so a later one replaces none.
macro_rules! due {
    () => {
        "FROM consent WHERE CASE WHEN status <> 'active' THEN booked_at WHEN kind = 'authorization' THEN NULL
           ELSE (SELECT min(later.booked_at) FROM consent AS later WHERE later.patient_key = consent.patient_key
             AND later.kind = consent.kind AND later.rowid > consent.rowid) END < ?"
    };
}

impl Desk {
    pub(super) async fn consents_due(&self, before: Timestamp) -> Result<i64, Trouble> {
        let query = concat!("SELECT count(*) ", due!());
        Ok(sqlx::query_scalar(query).bind(before.0).fetch_one(self.store.read()).await?)
    }

    pub(super) async fn purge_consents(&self, before: Timestamp) -> Result<i64, Trouble> {
        let mut write = self.store.write().await?;
        let query = concat!("DELETE FROM consent WHERE id IN (SELECT id ", due!(), ")");
        let done = sqlx::query(query).bind(before.0).execute(&mut *write).await?;
        write.commit().await?;
        Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
    }
}
