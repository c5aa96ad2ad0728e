//! The running desk: reads the feed, goes on with messages on their way, tells the portal of ended links, until stopped.

use super::poll::{FeedError, Polled};
use crate::{
    desk::Desk,
    portal::PortalClient,
    send::{SendError, Sent},
    transport::Transport,
};
use std::time::Duration;

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
            loop {
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
}
