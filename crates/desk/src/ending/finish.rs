//! Telling the portal of links that ended here, until it has heard.

use super::Ending;
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    portal::{PortalClient, PortalError},
    store::StoreError,
    trouble::Trouble,
};
use postern_protocol::{error_code::ErrorCode, id::LinkId};

impl Desk {
    /// Tells the portal of every link whose end it has not confirmed. Gives those that are still open there.
    ///
    /// # Errors
    /// Store or vault; a portal that cannot be reached is not an error.
    pub async fn finish_endings(&self, portal: &PortalClient) -> Result<Vec<LinkId>, Trouble> {
        let mut open = Vec::new();
        for ending in [Ending::Recall, Ending::Close] {
            let lids: Vec<String> =
                sqlx::query_scalar("SELECT lid FROM link WHERE state = ? ORDER BY ended_at")
                    .bind(ending.under_way())
                    .fetch_all(self.store.read())
                    .await?;
            for lid in lids {
                let lid = lid.parse().map_err(|_| StoreError::Inconsistent("link.lid"))?;
                if self.finish_ending(portal, &lid, ending).await? {
                    continue;
                }
                open.push(lid);
            }
        }
        Ok(open)
    }

    async fn finish_ending(
        &self,
        portal: &PortalClient,
        lid: &LinkId,
        ending: Ending,
    ) -> Result<bool, Trouble> {
        let answer = match ending {
            Ending::Recall => portal.recall(lid).await.map(|_| ()),
            Ending::Close => portal.close(lid).await.map(|_| ()),
        };
        let heard = match answer {
            Ok(()) => true,
            // It never came to the portal, or ended there in another way first: there is nothing left to destroy.
            Err(PortalError::Refused(
                ErrorCode::LinkUnknown
                | ErrorCode::LinkExpired
                | ErrorCode::LinkRecalled
                | ErrorCode::LinkClosed,
            )) => true,
            Err(_) => false,
        };
        if heard {
            let mut write = self.store.write().await?;
            sqlx::query("UPDATE link SET state = ? WHERE lid = ? AND state = ?")
                .bind(ending.done())
                .bind(lid.to_text())
                .bind(ending.under_way())
                .execute(&mut *write)
                .await?;
            let what = serde_json::json!({ "end": ending.done() });
            let entry =
                Entry { at: self.now(), actor: Actor::Portal, kind: "end-confirmed", lid: Some(*lid), what };
            ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
            write.commit().await?;
        }
        Ok(heard)
    }
}
