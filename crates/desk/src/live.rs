//! Whether this desk may send to real phones. `doctor --live` goes through the list of docs/GO-LIVE.md; what only a person can
//! know, staff confirm, and the ledger keeps who said so when. Until the list was passed for the portal that is pinned now, a
//! transport that reaches patients is refused.

use crate::{desk::Desk, ledger, refusal::Refusal, transport::Transport, trouble::Trouble};
use postern_protocol::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CONFIRMED: &str = "live-confirmed";

impl Desk {
    /// Staff say that an item of the list is so.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn confirm_live(&self, item: &str) -> Result<(), Trouble> {
        let mut write = self.store.write().await?;
        let what = json!({ "item": item });
        let entry = self.staff_entry(self.now(), CONFIRMED, None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(())
    }

    /// What staff confirmed, and when last.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn live_confirmed(&self) -> Result<BTreeMap<String, Timestamp>, Trouble> {
        let lines = self.ledger().await?.into_iter().filter(|line| line.kind == CONFIRMED);
        let item = |line: ledger::Line| {
            let item = line.what.get("item").and_then(Value::as_str)?.to_owned();
            Some((item, line.at))
        };
        Ok(lines.filter_map(item).collect())
    }

    /// The whole list was passed.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn pass_live(&self) -> Result<(), Trouble> {
        let origin = self.portal_pin().await?.map(|pin| pin.origin).unwrap_or_default();
        let now = self.now();
        let mut write = self.store.write().await?;
        sqlx::query("INSERT OR REPLACE INTO live (id, origin, passed_at) VALUES (1, ?, ?)")
            .bind(&origin)
            .bind(now.0)
            .execute(&mut *write)
            .await?;
        let what = json!({ "origin": origin });
        let entry = self.staff_entry(now, "live-passed", None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(())
    }

    /// When the list was last passed for the portal that is pinned now.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn live_passed(&self) -> Result<Option<Timestamp>, Trouble> {
        let Some(pin) = self.portal_pin().await? else { return Ok(None) };
        let at: Option<i64> = sqlx::query_scalar("SELECT passed_at FROM live WHERE origin = ?")
            .bind(pin.origin)
            .fetch_optional(self.store.read())
            .await?;
        Ok(at.map(Timestamp))
    }

    /// Why nothing goes out over this transport yet, if it may not.
    pub(crate) async fn not_live(&self, transport: &dyn Transport) -> Result<Option<Refusal>, Trouble> {
        if !transport.reaches_patients() || self.live_passed().await?.is_some() {
            return Ok(None);
        }
        Ok(Some(Refusal::new(
            "not-live",
            "This desk was not found ready to send to real phones",
            "Run `postern doctor --live` and do what it says; docs/GO-LIVE.md has the list.",
        )))
    }
}
