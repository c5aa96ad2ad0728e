//! The newest row of the portal's audit log that the desk knows of: every receipt names one. `postern audit verify --head`
//! compares it with the log, which could otherwise be rewritten whole.

use crate::{desk::Desk, trouble::Trouble};
use postern_protocol::receipt::{self, AuditHead};

impl Desk {
    /// The row with the highest number that a receipt named; `None` before the first receipt.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn newest_audit_head(&self) -> Result<Option<AuditHead>, Trouble> {
        let keys = self.portal_keys().await?;
        let receipts: Vec<String> =
            sqlx::query_scalar("SELECT compact FROM receipt").fetch_all(self.store.read()).await?;
        let heads = receipts.iter().filter_map(|compact| receipt::verify(compact, &keys).ok());
        Ok(heads.map(|receipt| receipt.audit).max_by_key(|head| head.n))
    }
}
