//! `recall`: takes a link back. Its keys are destroyed here at once and at the portal as soon as it hears.

use super::{EndError, Ended, Ending, begin};
use crate::{
    desk::Desk,
    ledger,
    portal::PortalClient,
    send::{job, remind},
};

impl Desk {
    /// Takes back the link of this id, or of this message, and with it the link of its reminder or of what it reminds of.
    ///
    /// # Errors
    /// No such link; store or vault.
    pub async fn recall(&self, portal: &PortalClient, link_or_message: &str) -> Result<Ended, EndError> {
        self.end(portal, link_or_message, Ending::Recall, "link-recalled").await
    }

    pub(super) async fn end(
        &self,
        portal: &PortalClient,
        link_or_message: &str,
        ending: Ending,
        kind: &'static str,
    ) -> Result<Ended, EndError> {
        let lid = self.find_link(link_or_message).await?;
        let now = self.now();
        let mut write = self.store.write().await?;
        // A reminder has the same content on another link: it ends too.
        let mut links = remind::twins(&mut write, &lid).await?;
        links.insert(0, lid);
        let mut live = false;
        for lid in &links {
            if begin(&mut write, lid, ending, now).await? {
                live = true;
                let text_stopped = job::abandon(&mut write, lid, now).await?;
                let what = serde_json::json!({ "text_stopped": text_stopped });
                let entry = self.staff_entry(now, kind, Some(*lid), what);
                ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
            }
        }
        write.commit().await?;
        self.store.forget().await?;
        let open = self.finish_endings(portal).await?;
        match (live, open.iter().any(|lid| links.contains(lid))) {
            (_, true) => Ok(Ended::HereOnly),
            (true, false) => Ok(Ended::Everywhere),
            (false, false) => Ok(Ended::Before),
        }
    }
}
