//! `GET desk/feed?after=&wait=`: what happened, in order, at least once; waits for news.

use crate::{
    authorization::{DeskCall, Nothing},
    http::Parameters,
    refusal::Refusal,
    rules::{FEED_LOOK_MILLISECONDS, FEED_PAGE, FEED_WAIT_SECONDS},
    service::Service,
};
use axum::{Json, extract::State};
use postern_protocol::{
    id::ClinicId,
    wire::desk_feed::{FeedEvent, FeedPage},
};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until, timeout_at};

/// The query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedQuery {
    /// The desk holds everything up to here.
    #[serde(default)]
    after: u64,
    /// Seconds to wait where nothing is there.
    #[serde(default)]
    wait: u64,
}

/// Notes the cursor, then answers with what is there or, after the wait, with nothing.
///
/// # Errors
/// `malformed-parameter`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    Parameters(FeedQuery { after, wait }): Parameters<FeedQuery>,
    call: DeskCall<Nothing>,
) -> Result<Json<FeedPage>, Refusal> {
    let now = service.now();
    let clinic = call.clinic_id();
    let mut store = service.store.write().await?;
    store.note_heard(clinic, now).await?;
    store.pass_feed(clinic, after, now).await?;
    service.commit(store).await?;
    let events = wait_for_events(&service, clinic, after, wait.min(FEED_WAIT_SECONDS)).await?;
    Ok(Json(page(&service, events)))
}

async fn wait_for_events(
    service: &Service,
    clinic: &ClinicId,
    after: u64,
    wait: u64,
) -> Result<Vec<FeedEvent>, Refusal> {
    let mut stopping = service.stopping.clone();
    // The wait runs on the runtime's clock: the portal's may stand still in a test.
    let end = Instant::now() + Duration::from_secs(wait);
    loop {
        // Listening starts before looking, so that nothing falls between.
        let fed = service.fed.notified();
        tokio::pin!(fed);
        fed.as_mut().enable();
        let events = service.store.read().await?.feed_after(clinic, after, FEED_PAGE + 1).await?;
        if !events.is_empty() || Instant::now() >= end || *stopping.borrow() {
            return Ok(events);
        }
        // Another node's events wake nobody here: look again now and then.
        let look = (Instant::now() + Duration::from_millis(FEED_LOOK_MILLISECONDS)).min(end);
        tokio::select! {
            () = fed => {}
            () = sleep_until(look) => {}
            _ = timeout_at(end, stopping.changed()) => {}
        }
    }
}

fn page(service: &Service, mut events: Vec<FeedEvent>) -> FeedPage {
    let most = FEED_PAGE as usize;
    let more = events.len() > most;
    events.truncate(most);
    FeedPage { epoch: service.epoch, events, more }
}
