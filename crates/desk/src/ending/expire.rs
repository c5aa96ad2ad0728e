//! Links past their time. The portal says so in the feed; should it not, the desk destroys its own half a day later.

use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    store::StoreError,
    trouble::Trouble,
};

/// The portal's clock decides; this much longer the desk waits for its word.
const PATIENCE_SECONDS: i64 = 24 * 60 * 60;

impl Desk {
    /// Destroys the content keys of links that ended by themselves more than a day ago. Gives how many.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn expire_links(&self) -> Result<usize, Trouble> {
        let now = self.now();
        let mut write = self.store.write().await?;
        let lids: Vec<String> = sqlx::query_scalar(
            "UPDATE link SET state = 'expired', ended_at = expires_at, content_key = NULL, secret = NULL
             WHERE state IN ('new', 'active', 'locked') AND expires_at < ? RETURNING lid",
        )
        .bind(now.plus_seconds(-PATIENCE_SECONDS).0)
        .fetch_all(&mut *write)
        .await?;
        for lid in &lids {
            let lid = lid.parse().map_err(|_| StoreError::Inconsistent("link.lid"))?;
            let what = serde_json::json!({ "told_by_portal": false });
            let entry = Entry { at: now, actor: Actor::Desk, kind: "expired", lid: Some(lid), what };
            ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        }
        write.commit().await?;
        if !lids.is_empty() {
            self.store.forget().await?;
        }
        Ok(lids.len())
    }
}
