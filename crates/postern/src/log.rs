//! Logs: one JSON object a line on standard error. What may stand in them is in docs/LOGGING.md; POSTERN_LOG chooses how much
//! (`info` without it).

use crate::failure::in_words;
use postern_desk::feed::run::Report;
use tracing_subscriber::EnvFilter;

/// Starts logging. The commands that end by themselves say what they have to say in words and do without.
pub fn start() {
    start_at("info");
}

/// Starts logging for a person at a terminal: only what is wrong.
pub fn start_quiet() {
    start_at("warn");
}

fn start_at(usual: &str) {
    let filter = EnvFilter::try_from_env("POSTERN_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    // A second start is a test's or the demo's: the first one stays.
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A log that cannot be written (a full disk) would be told on standard error, which panics where that is the log.
        .log_internal_errors(false)
        .try_init();
}

/// What the running desk reports, as log lines: counts and codes, nobody's name.
pub fn desk_report(report: Report) {
    match report {
        Report::Polled(polled) => tracing::info!(
            events = polled.events,
            records = polled.records,
            link_records = polled.link_records,
            incidents = polled.incidents,
            resynced = polled.resynced,
            "news from the portal"
        ),
        Report::FeedFailed(error) => {
            tracing::warn!(cause = in_words(&error), "the feed cannot be read; trying again");
        }
        Report::ClinicKeyRotated => tracing::info!("the clinic's key for answers was changed"),
        Report::PortalKeysFollowed => tracing::info!("the portal's next signing key is pinned"),
        Report::PortalKeysFailed(error) => {
            tracing::warn!(cause = in_words(&error), "the portal's keys could not be followed");
        }
        Report::Resumed(Ok(sent)) => tracing::info!(text = sent.n, "a waiting message was sent"),
        Report::Resumed(Err(error)) => {
            tracing::warn!(cause = in_words(&error), "a waiting message was not sent")
        }
    }
}
