//! A portal that was restored counts in a new epoch and serves nobody until it knows what happened since: the desk tells it the
//! state of every link, then reads the feed again from its start. What was booked is known again by its id.

use super::poll::FeedError;
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    portal::{PortalClient, PortalError},
    store::StoreError,
    trouble::Trouble,
};
use postern_protocol::{
    base64url::FixedBytes,
    wire::{
        desk_links::DeskLinkState,
        desk_sync::{SyncLink, SyncRequest},
    },
};

/// Links that ended longer ago than the portal keeps them are not told.
const KEPT_SECONDS: i64 = 90 * 24 * 60 * 60;
/// A call of so many links stays well below the portal's largest body.
const LINKS_A_CALL: usize = 5000;

impl Desk {
    /// Notes the feed's epoch. Says whether another one was held, so that the page at hand must be read anew.
    pub(crate) async fn meet_epoch(
        &self,
        portal: &PortalClient,
        held: Option<&str>,
        epoch: &str,
    ) -> Result<bool, FeedError> {
        // Also when it is first heard: it may have been restored between the first message and now.
        let told = epoch.parse().map_err(|_| PortalError::Answer { call: "feed", status: 200 })?;
        self.publish_again(portal).await?;
        for call in calls(told, self.all_links().await?) {
            portal.sync(&call).await?;
        }
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
    pub(crate) async fn all_links(&self) -> Result<Vec<SyncLink>, Trouble> {
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
        Ok(rows.into_iter().map(link).collect::<Result<_, StoreError>>()?)
    }
}

/// The links in as many calls as they need; only the last says that nothing more comes.
fn calls(epoch: FixedBytes<16>, mut links: Vec<SyncLink>) -> Vec<SyncRequest> {
    let mut calls = Vec::new();
    loop {
        let rest = links.split_off(LINKS_A_CALL.min(links.len()));
        calls.push(SyncRequest { epoch, links, more: !rest.is_empty() });
        if rest.is_empty() {
            return calls;
        }
        links = rest;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_is_told_once_and_only_the_last_call_ends_it() {
        for (links, expected) in [(0, vec![0]), (5000, vec![5000]), (12_345, vec![5000, 5000, 2345])] {
            let link = |n: u128| SyncLink {
                lid: FixedBytes(n.to_be_bytes()),
                state: DeskLinkState::Recalled,
                used: 10,
            };
            let calls = calls(FixedBytes([1; 16]), (0..links).map(link).collect());
            assert_eq!(calls.iter().map(|call| call.links.len()).collect::<Vec<_>>(), expected);
            let told: Vec<u128> = calls
                .iter()
                .flat_map(|call| &call.links)
                .map(|link| u128::from_be_bytes(link.lid.0))
                .collect();
            assert_eq!(told, (0..links).collect::<Vec<_>>());
            let more: Vec<bool> = calls.iter().map(|call| call.more).collect();
            assert!(more.iter().rev().skip(1).all(|more| *more) && !more[more.len() - 1]);
            // The portal takes a mebibyte.
            assert!(calls.iter().all(|call| serde_json::to_vec(call).unwrap().len() < 512 * 1024));
        }
    }
}
