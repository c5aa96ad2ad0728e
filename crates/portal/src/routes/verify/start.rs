//! `POST verify/start`: evaluates a try and counts it before its answer leaves.

use crate::{
    authorization::LinkCall,
    lapse::{lapse, tell_locked},
    login_seal::LoginPlace,
    refusal::Refusal,
    service::Service,
    slot_seal::open_slot,
    store::{Actor, AuditEntry, Event, Link, Login, NewEvent, Outcome, Progress, Transaction, Tries},
};
use axum::{Json, extract::State};
use postern_protocol::{
    base64url::Bytes,
    digest::{Digest, sha256},
    error_code::ErrorCode,
    id::random_id,
    opaque::server,
    time::Timestamp,
    wire::{
        desk_feed::FeedWhat,
        verify::{StartRequest, StartResponse},
    },
};
use std::sync::Arc;

/// Evaluates KE1. The try is counted, and durable, before KE2 leaves: from KE2 the app learns right or wrong. The same
/// KE1 for the same slot within two minutes gets the same KE2 and counts once.
///
/// # Errors
/// Costs no try: `link-unknown`, `link-expired`, `link-recalled`, `link-closed`, `resync-required`, `slot-gone`,
/// `malformed-factor-message`, `unavailable`, `link-locked`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: LinkCall<StartRequest>,
) -> Result<Json<StartResponse>, Refusal> {
    let now = service.now();
    let StartRequest { slot: number, ke1 } = &call.body;
    let ke1_sha256 = sha256(&ke1.0);
    let (link, clinic, slot) = {
        let mut store = service.store.read().await?;
        let (link, clinic) = call.link(&service, &mut *store).await?;
        link.refuse_ended(now)?;
        service.refuse_unsynced(&clinic)?;
        if let Some(login) = counted_before(&mut *store, &link, *number, &ke1_sha256, now).await? {
            return answer(&service, &login, link.tries);
        }
        let slot = store.slot(&link.lid, *number).await?.filter(|slot| slot.until > now);
        (link, clinic, slot.ok_or(ErrorCode::SlotGone)?)
    };
    if link.tries.left() == 0 {
        return refuse_locked(&service, &link, now).await;
    }
    server::check_ke1(&ke1.0)?;
    if slot.suite != postern_protocol::opaque::SUITE_ID {
        return Err(ErrorCode::Unavailable.into());
    }
    let setup = service.keys.setup(slot.setup).ok_or(ErrorCode::Unavailable)?;
    let key = service.link_key(&link.lid).await?;
    let opened = open_slot(&key, &link.lid, slot.number, &slot.sealed)?;
    let mut rng = service.rng();
    let started =
        setup.start(&mut rng, &clinic.public.id, &link.lid, slot.number, opened.record(), &ke1.0)?;
    let id = random_id(&mut rng);
    let place = LoginPlace { lid: &link.lid, slot: slot.number, login: &id };
    let login = Login {
        id,
        lid: link.lid,
        slot: slot.number,
        ke1_sha256,
        sealed: place.seal(&mut rng, &service.keys.login, &started.ke2, &started.state),
        started: now,
        progress: Progress::Started,
    };
    count(&service, &link, login, now).await
}

async fn counted_before(
    store: &mut dyn Transaction,
    link: &Link,
    slot: u16,
    ke1_sha256: &Digest,
    now: Timestamp,
) -> Result<Option<Login>, Refusal> {
    let login = store.login_by_ke1(&link.lid, slot, ke1_sha256).await?;
    Ok(login.filter(|login| !login.lapsed(now)))
}

/// Counts the try and stores the login in one transaction; a parallel call with the same KE1 may have done so already.
async fn count(
    service: &Service,
    link: &Link,
    login: Login,
    now: Timestamp,
) -> Result<Json<StartResponse>, Refusal> {
    let mut store = service.store.write().await?;
    if let Some(before) = store.login_by_ke1(&link.lid, login.slot, &login.ke1_sha256).await? {
        if !before.lapsed(now) {
            let tries = store.link(&link.lid).await?.map_or(link.tries, |link| link.tries);
            drop(store);
            return answer(service, &before, tries);
        }
        lapse(&mut *store, &before, now).await?;
    }
    // The slot may have gone with its link or its time while the try was evaluated.
    if store.slot(&link.lid, login.slot).await?.is_none_or(|slot| slot.until <= now) {
        let link = store.link(&link.lid).await?.ok_or(ErrorCode::LinkUnknown)?;
        link.refuse_ended(now)?;
        return Err(ErrorCode::SlotGone.into());
    }
    let Some(tries) = store.count_try(&link.lid, now).await? else {
        let link = store.link(&link.lid).await?.ok_or(ErrorCode::LinkUnknown)?;
        drop(store);
        link.refuse_ended(now)?;
        return refuse_locked(service, &link, now).await;
    };
    store.insert_login(&login).await?;
    if store.mark_opened(&link.lid, now).await? {
        store.feed(&link.clinic, &link.lid, NewEvent::Other(&FeedWhat::Opened), now).await?;
    }
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Link,
            lid: Some(&link.lid),
            event: Event::VerifyStarted,
            outcome: Outcome::Done,
        })
        .await?;
    service.commit(store).await?;
    answer(service, &login, tries)
}

async fn refuse_locked(
    service: &Service,
    link: &Link,
    now: Timestamp,
) -> Result<Json<StartResponse>, Refusal> {
    let mut store = service.store.write().await?;
    // Only while it is locked: a try given back meanwhile opens the door again.
    let locked = store.link(&link.lid).await?.is_some_and(|link| link.tries.left() == 0);
    if locked && tell_locked(&mut *store, link, now).await? {
        service.commit(store).await?;
    }
    Err(ErrorCode::LinkLocked.into())
}

fn answer(service: &Service, login: &Login, tries: Tries) -> Result<Json<StartResponse>, Refusal> {
    let place = LoginPlace { lid: &login.lid, slot: login.slot, login: &login.id };
    let opened = place.open(&service.keys.login, &login.sealed)?;
    Ok(Json(StartResponse { login: login.id, ke2: Bytes::from(opened.ke2()), tries_left: tries.left() }))
}
