//! A portal that was restored counts in a new epoch and serves nobody until it knows what happened since: the desk tells it the
//! state of every link, then reads the feed again from its start. What was booked is known again by its id.

use super::poll::FeedError;
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    portal::PortalClient,
    store::StoreError,
    trouble::Trouble,
};
use postern_protocol::wire::{
    desk_links::DeskLinkState,
    desk_sync::{SyncLink, SyncRequest},
};

/// Links that ended longer ago than the portal keeps them are not told.
const KEPT_SECONDS: i64 = 90 * 24 * 60 * 60;

impl Desk {
    /// Notes the feed's epoch. Says whether another one was held, so that the page at hand must be read anew.
    pub(crate) async fn meet_epoch(
        &self,
        portal: &PortalClient,
        held: Option<&str>,
        epoch: &str,
    ) -> Result<bool, FeedError> {
        // Also when it is first heard: it may have been restored between the first message and now.
        portal.sync(&self.all_links().await?).await?;
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE feed SET epoch = ?, cursor = 0 WHERE id = 1 AND epoch IS NOT ?")
            .bind(epoch)
            .bind(epoch)
            .execute(&mut *write)
            .await?;
        sqlx::query("INSERT OR IGNORE INTO feed_epoch (epoch, met_at) VALUES (?, ?)")
            .bind(epoch)
            .bind(self.now().0)
            .execute(&mut *write)
            .await?;
        let kind = if held.is_some() { "portal-restored" } else { "portal-first-heard" };
        let what = serde_json::json!({ "epoch": epoch });
        let entry = Entry { at: self.now(), actor: Actor::Portal, kind, lid: None, what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(held.is_some())
    }

    /// Every link the portal may still know.
    pub(crate) async fn all_links(&self) -> Result<SyncRequest, Trouble> {
        let since = self.now().plus_seconds(-KEPT_SECONDS);
        let rows: Vec<(String, String, u32)> = sqlx::query_as(
            "SELECT lid, state, used FROM link WHERE ended_at IS NULL OR ended_at > ? ORDER BY made_at",
        )
        .bind(since.0)
        .fetch_all(self.store.read())
        .await?;
        let link = |(lid, state, used): (String, String, u32)| {
            Ok(SyncLink {
                lid: lid.parse().map_err(|_| StoreError::Inconsistent("link.lid"))?,
                state: portal_state(&state).ok_or(StoreError::Inconsistent("link.state"))?,
                used,
            })
        };
        Ok(SyncRequest { links: rows.into_iter().map(link).collect::<Result<_, StoreError>>()? })
    }
}

fn portal_state(state: &str) -> Option<DeskLinkState> {
    match state {
        "new" => Some(DeskLinkState::New),
        "active" => Some(DeskLinkState::Active),
        "locked" => Some(DeskLinkState::Locked),
        "expired" => Some(DeskLinkState::Expired),
        "recalling" | "recalled" => Some(DeskLinkState::Recalled),
        "closing" | "closed" => Some(DeskLinkState::Closed),
        _ => None,
    }
}
