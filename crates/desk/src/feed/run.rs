//! The running desk: reads the feed, goes on with messages on their way, tells the portal of ended links, until stopped.

use super::poll::{FeedError, Polled};
use crate::{
    desk::Desk,
    keys::{FollowError, Followed},
    portal::PortalClient,
    send::{SendError, Sent},
    transport::Transport,
};
use postern_protocol::time::Timestamp;
use std::time::Duration;

/// Keys are looked at when it starts and once a day.
const KEYS_SECONDS: i64 = 24 * 60 * 60;
const WAIT: Duration = Duration::from_secs(25);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What the running desk reports.
#[derive(Debug)]
pub enum Report {
    /// A page of the feed with something in it.
    Polled(Polled),
    /// The feed could not be read; it is tried again after a pause.
    FeedFailed(FeedError),
    /// A message went on from where it had stopped.
    Resumed(Result<Sent, SendError>),
    /// The clinic's key was 30 days old and was changed.
    ClinicKeyRotated,
    /// The portal's next signing key is pinned.
    PortalKeysFollowed,
    /// The portal's keys are not those that are pinned, or could not be read.
    PortalKeysFailed(FollowError),
}

impl Desk {
    /// Runs until `stop` is ready. Stopping at any moment loses nothing.
    pub async fn run(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
        stop: impl Future<Output = ()>,
        mut report: impl FnMut(Report),
    ) {
        let work = async {
            let mut pause = SHORTEST_PAUSE;
            let mut keys_looked_at: Option<Timestamp> = None;
            loop {
                if keys_looked_at.is_none_or(|at| at.plus_seconds(KEYS_SECONDS) <= self.now()) {
                    keys_looked_at = Some(self.now());
                    self.renew_keys(portal, &mut report).await;
                }
                match self.resume(portal, transport).await {
                    Ok(resumed) => resumed.into_iter().for_each(|one| report(Report::Resumed(one))),
                    Err(error) => report(Report::Resumed(Err(error))),
                }
                if let Err(error) = self.expire_links().await {
                    report(Report::FeedFailed(error.into()));
                }
                match self.read_feed(portal, WAIT).await {
                    Ok(polled) => {
                        pause = SHORTEST_PAUSE;
                        if polled.events > 0 || polled.resynced {
                            report(Report::Polled(polled));
                        }
                    }
                    Err(error) => {
                        report(Report::FeedFailed(error));
                        tokio::time::sleep(pause).await;
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = stop => {}
        }
    }

    async fn renew_keys(&self, portal: &PortalClient, report: &mut impl FnMut(Report)) {
        match self.rotate_clinic_key_when_due().await {
            Ok(Some(_)) => report(Report::ClinicKeyRotated),
            Ok(None) => {}
            Err(error) => report(Report::FeedFailed(error.into())),
        }
        match self.follow_portal_keys(portal).await {
            Ok(Followed::Pinned) => report(Report::PortalKeysFollowed),
            Ok(Followed::Same) => {}
            Err(error) => report(Report::PortalKeysFailed(error)),
        }
    }
}
