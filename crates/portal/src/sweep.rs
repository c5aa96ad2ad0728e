//! What time alone brings: links expire, logins lapse, sessions and spent desk tokens go, what the desk has is deleted.
//! The logic asks the portal's clock; only how often it runs is the runtime's.

use crate::{
    code_life::destroy_code_keys,
    ending::{destroy_keys, end_link},
    lapse::lapse,
    log::{self, Cause, Line},
    refusal::Refusal,
    restore::{self, RestoreError},
    rules::{
        ENDED_LINK_SECONDS, LOGIN_SECONDS, PASSED_RECORD_SECONDS, SESSION_IDLE_SECONDS, SWEEP_MILLISECONDS,
        SWEEP_ROWS,
    },
    service::Service,
    store::{Actor, Ending},
};
use std::{sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

/// Sweeps until the portal stops.
pub async fn keep_sweeping(service: Arc<Service>) {
    let mut ticks = interval(Duration::from_millis(SWEEP_MILLISECONDS));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopping = service.stopping.clone();
    while !*stopping.borrow() {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.changed() => continue,
        }
        service.limiter.tidy();
        if let Err(refusal) = sweep(&service).await {
            log::write(&Line::SweepFailed(refusal.code()));
        }
    }
}

/// One sweep: everything that is due now.
///
/// # Errors
/// The stores'.
pub async fn sweep(service: &Service) -> Result<(), Refusal> {
    match restore::look(&service.mark, &*service.store, service.now(), &service.randomness).await {
        // Where only the mark cannot be written, what is due is done all the same.
        Err(RestoreError::Folder(error)) => log::write(&Line::MarkFailed(&Cause::from(&error))),
        Err(RestoreError::Store(error)) => return Err(error.into()),
        Ok(()) => {}
    }
    while lapse_logins(service).await? {}
    while expire_links(service).await? {}
    let ended = service.store.read().await?.links_with_key_to_destroy(SWEEP_ROWS).await?;
    destroy_keys(service, &ended).await?;
    forget(service).await?;
    destroy_code_keys(service).await
}

/// `true` if there may be more.
async fn lapse_logins(service: &Service) -> Result<bool, Refusal> {
    let now = service.now();
    let until = now.plus_seconds(-LOGIN_SECONDS);
    if service.store.read().await?.logins_past(until, 1).await?.is_empty() {
        return Ok(false);
    }
    let mut store = service.store.write().await?;
    let logins = store.logins_past(until, SWEEP_ROWS).await?;
    for login in &logins {
        lapse(&mut *store, login, now).await?;
    }
    service.commit(store).await?;
    Ok(logins.len() == SWEEP_ROWS as usize)
}

/// `true` if there may be more.
async fn expire_links(service: &Service) -> Result<bool, Refusal> {
    let now = service.now();
    let past = service.store.read().await?.links_past(now, SWEEP_ROWS).await?;
    if past.is_empty() {
        return Ok(false);
    }
    let mut store = service.store.write().await?;
    for lid in &past {
        if let Some(link) = store.link(lid).await? {
            end_link(&mut *store, &link, Ending::Expired, Actor::System, now).await?;
        }
    }
    service.commit(store).await?;
    Ok(past.len() == SWEEP_ROWS as usize)
}

async fn forget(service: &Service) -> Result<(), Refusal> {
    let now = service.now();
    let mut store = service.store.write().await?;
    let mut changed = store.kill_codes_past(now).await?;
    changed += store.drop_slots_past(now).await?;
    changed += store.drop_sessions_past(now.plus_seconds(-SESSION_IDLE_SECONDS), now).await?;
    changed += store.drop_desk_tokens_past(now).await?;
    changed += store.drop_feed_passed(now.plus_seconds(-PASSED_RECORD_SECONDS)).await?;
    changed += store.forget_links(now.plus_seconds(-ENDED_LINK_SECONDS), SWEEP_ROWS).await?;
    if changed > 0 {
        service.commit(store).await?;
    }
    Ok(())
}
