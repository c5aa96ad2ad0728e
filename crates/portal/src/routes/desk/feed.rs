//! `GET desk/feed?after=&wait=`: what happened, in order, at least once; waits for news.

use crate::{
    authorization::{DeskCall, Nothing},
    http::Parameters,
    refusal::Refusal,
    rules::{FEED_LOOK_MILLISECONDS, FEED_PAGE, FEED_WAIT_SECONDS},
    service::Service,
    store::Epoch,
};
use axum::{Json, extract::State};
use postern_protocol::{
    id::ClinicId,
    wire::desk_feed::{FeedEvent, FeedPage},
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until, timeout_at};

/// The query.
#[derive(Deserialize, JsonSchema)]
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
/// `malformed-parameter`, `too-many-requests` where this desk waits several times already.
pub async fn handle(
    State(service): State<Arc<Service>>,
    Parameters(FeedQuery { after, wait }): Parameters<FeedQuery>,
    call: DeskCall<Nothing>,
) -> Result<Json<FeedPage>, Refusal> {
    let now = service.now();
    let clinic = call.clinic_id();
    let _waiting = service.limiter.wait(clinic)?;
    let mut store = service.store.write().await?;
    store.note_heard(clinic, now).await?;
    store.pass_feed(clinic, after, now).await?;
    service.commit(store).await?;
    let (epoch, events) = wait_for_events(&service, clinic, after, wait.min(FEED_WAIT_SECONDS)).await?;
    Ok(Json(page(epoch, events)))
}

async fn wait_for_events(
    service: &Service,
    clinic: &ClinicId,
    after: u64,
    wait: u64,
) -> Result<(Epoch, Vec<FeedEvent>), Refusal> {
    let mut stopping = service.stopping.clone();
    // The wait runs on the runtime's clock: the portal's may stand still in a test.
    let end = Instant::now() + Duration::from_secs(wait);
    loop {
        // Listening starts before looking, so that nothing falls between.
        let fed = service.fed.notified();
        tokio::pin!(fed);
        fed.as_mut().enable();
        let (epoch, events) = {
            let mut store = service.store.read().await?;
            (service.epoch(&mut *store).await?, store.feed_after(clinic, after, FEED_PAGE + 1).await?)
        };
        if !events.is_empty() || Instant::now() >= end || *stopping.borrow() {
            return Ok((epoch, events));
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

fn page(epoch: Epoch, mut events: Vec<FeedEvent>) -> FeedPage {
    let most = FEED_PAGE as usize;
    let more = events.len() > most;
    events.truncate(most);
    FeedPage { epoch, events, more }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Kit, desk_request};
    use axum::http::Method;
    use postern_protocol::error_code::ErrorCode;

    #[tokio::test]
    async fn events_come_in_order_and_again_until_they_are_passed_and_after() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        kit.put_answer(&sent, &opened).await;
        let first = kit.feed(0).await;
        assert_eq!(first.events.iter().map(|event| event.n).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(first, kit.feed(0).await);
        assert_eq!(kit.feed(2).await.events, first.events[2..]);
        assert!(kit.feed(3).await.events.is_empty());
        assert_eq!(first, kit.feed(0).await);
    }

    #[tokio::test]
    async fn a_long_feed_comes_in_pages() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let mut seed = 0;
        while kit.portal.store_feed_length(&kit.oak.id).await < 150 {
            kit.open(&sent, seed).await;
            seed += 1;
        }
        let first = kit.feed(0).await;
        assert_eq!((first.events.len(), first.more), (100, true));
        let rest = kit.feed(100).await;
        assert_eq!((rest.events[0].n, rest.more), (101, false));
    }

    impl crate::Portal {
        async fn store_feed_length(&self, clinic: &ClinicId) -> usize {
            self.store.read().await.unwrap().feed_after(clinic, 0, 1000).await.unwrap().len()
        }
    }

    #[tokio::test]
    async fn a_waiting_desk_hears_of_an_event_at_once() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let path = "feed?after=0&wait=30";
        let token = kit.token(&Method::GET, &format!("/api/v1/desk/{path}"), b"");
        let waiting = kit.router.clone();
        let call = tokio::spawn(async move {
            use tower::ServiceExt;
            let request = desk_request(Method::GET, path, &token, Vec::new());
            crate::kit::Answer::of(waiting.oneshot(request).await.unwrap()).await
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!call.is_finished());
        kit.type_wrong(&sent, 1).await;
        let answer = tokio::time::timeout(Duration::from_millis(500), call).await.unwrap().unwrap();
        assert_eq!(answer.json::<FeedPage>().events.len(), 1);
    }

    #[tokio::test]
    async fn a_wait_ends_with_nothing_when_its_time_is_over() {
        let mut kit = Kit::new().await;
        let path = "feed?after=0&wait=1";
        let token = kit.token(&Method::GET, &format!("/api/v1/desk/{path}"), b"");
        let answer = kit.call(desk_request(Method::GET, path, &token, Vec::new())).await;
        assert!(answer.json::<FeedPage>().events.is_empty());
    }

    #[tokio::test]
    async fn another_clinics_events_are_not_in_it() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        kit.open(&sent, 1).await;
        let elm = kit.enrol("elm").await;
        kit.oak = elm;
        assert!(kit.feed(0).await.events.is_empty());
    }

    #[tokio::test]
    async fn a_query_that_is_none_is_refused() {
        let mut kit = Kit::new().await;
        for query in ["after=-1", "after=x", "since=1"] {
            let path = format!("feed?{query}");
            let token = kit.token(&Method::GET, &format!("/api/v1/desk/{path}"), b"");
            let answer = kit.call(desk_request(Method::GET, &path, &token, Vec::new())).await;
            assert_eq!(answer.code(), ErrorCode::MalformedParameter, "{query}");
        }
    }
}
