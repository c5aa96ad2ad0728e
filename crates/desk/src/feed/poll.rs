//! One page of the feed.

use super::{book::Booked, event::Event};
use crate::{
    desk::Desk,
    portal::{PortalClient, PortalError},
    trouble::{Trouble, takes_trouble},
};
use serde::Serialize;
use std::time::Duration;

/// What one page brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Polled {
    /// Events that were passed.
    pub events: usize,
    /// Answers booked.
    pub records: usize,
    /// Requests booked and acted on.
    pub link_records: usize,
    /// Incidents kept.
    pub incidents: usize,
    /// More is there now.
    pub more: bool,
    /// The portal was restored, and was told the state of all links.
    pub resynced: bool,
}

/// No page came, or it could not be booked.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The portal.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(FeedError);

impl Desk {
    /// Waits up to `wait` (30 seconds at most) for news, and books it. Tells the portal of links that ended here.
    ///
    /// # Errors
    /// The portal cannot be reached or refuses; store or vault. What was booked before stays booked.
    pub async fn read_feed(&self, portal: &PortalClient, wait: Duration) -> Result<Polled, FeedError> {
        self.finish_endings(portal).await?;
        let (held_epoch, cursor): (Option<String>, i64) =
            sqlx::query_as("SELECT epoch, cursor FROM feed WHERE id = 1")
                .fetch_one(self.store.read())
                .await?;
        let due = self.clinic_keys_due().await?;
        let page = portal.feed(u64::try_from(cursor).unwrap_or(0), wait).await?;
        if held_epoch.as_deref() != Some(page.epoch.as_str()) {
            let resynced = self.meet_epoch(portal, held_epoch.as_deref(), &page.epoch).await?;
            if resynced {
                return Ok(Polled { more: true, resynced, ..Polled::default() });
            }
        }
        let mut events: Vec<Event> = page.events.into_iter().map(Event::new).collect();
        events.sort_by_key(|event| event.n);
        let mut polled = Polled { events: events.len(), more: page.more, ..Polled::default() };
        for event in &events {
            let Booked { records, link_records, incidents } = self.book(event, &page.epoch).await?;
            polled.records += records;
            polled.link_records += link_records;
            polled.incidents += incidents;
        }
        if polled.events > 0 {
            self.finish_endings(portal).await?;
            self.store.forget().await?;
        }
        if !polled.more {
            self.destroy_clinic_keys(due).await?;
        }
        Ok(polled)
    }
}
