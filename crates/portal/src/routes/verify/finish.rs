//! `POST verify/finish`: the factor was right; opens the session and hands over what is sealed for it.

use crate::{
    authorization::LinkCall,
    login_seal::LoginPlace,
    refusal::Refusal,
    rules::{LOGIN_SECONDS, SESSION_IDLE_SECONDS, SESSION_SECONDS},
    service::Service,
    slot_seal::open_slot,
    store::{
        Actor, AuditEntry, Clinic, Event, Link, Login, NewEvent, Outcome, Progress, Session, Transaction,
    },
};
use axum::{Json, extract::State};
use postern_protocol::{
    digest::{Digest, sha256},
    error_code::ErrorCode,
    opaque::{
        KE3, Malformed,
        server::{self, FinishError},
    },
    time::Timestamp,
    wire::{
        desk_feed::FeedWhat,
        verify::{FinishRequest, FinishResponse, SessionTimes, WireEnvelope},
    },
};
use std::sync::Arc;

/// Checks KE3; in one transaction marks the login done, gives back its one try and opens the session. The same KE3
/// within two minutes gets the same answer while that session lives.
///
/// # Errors
/// `link-unknown`, `link-expired`, `link-recalled`, `link-closed`, `resync-required`, `login-unknown`,
/// `malformed-factor-message`, `verification-failed`, `unavailable`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: LinkCall<FinishRequest>,
) -> Result<Json<FinishResponse>, Refusal> {
    let now = service.now();
    let FinishRequest { login: id, ke3 } = &call.body;
    let mut store = service.store.read().await?;
    let (link, clinic) = call.link(&service, &mut *store).await?;
    link.refuse_ended(now)?;
    service.refuse_unsynced(&clinic)?;
    if ke3.0.len() != KE3 {
        return Err(Malformed.into());
    }
    let ke3_sha256 = sha256(&ke3.0);
    let login = store.login(id, &link.lid).await?.ok_or(ErrorCode::LoginUnknown)?;
    if let Progress::Done { .. } = login.progress {
        return repeat(&service, &mut *store, &link, &login, &ke3_sha256, now).await;
    }
    drop(store);
    if login.lapsed(now) {
        return Err(ErrorCode::LoginUnknown.into());
    }
    let session = prove(&service, &clinic, &login, &ke3.0, now)?;
    open(&service, &link, &login, session, &ke3_sha256, now).await
}

/// The proof holds: the session it derives.
fn prove(
    service: &Service,
    clinic: &Clinic,
    login: &Login,
    ke3: &[u8],
    now: Timestamp,
) -> Result<Session, Refusal> {
    let place = LoginPlace { lid: &login.lid, slot: login.slot, login: &login.id };
    let opened = place.open(&service.keys.login, &login.sealed)?;
    let token =
        server::finish(opened.state(), &clinic.public.id, &login.lid, ke3).map_err(|error| match error {
            FinishError::Wrong => ErrorCode::VerificationFailed,
            FinishError::Malformed(Malformed) => ErrorCode::MalformedFactorMessage,
        })?;
    Ok(Session {
        token_sha256: sha256(&token.0),
        lid: login.lid,
        login: login.id,
        slot: login.slot,
        level: 0,
        seen: now,
        ends: now.plus_seconds(SESSION_SECONDS),
    })
}

async fn open(
    service: &Service,
    link: &Link,
    login: &Login,
    mut session: Session,
    ke3_sha256: &Digest,
    now: Timestamp,
) -> Result<Json<FinishResponse>, Refusal> {
    let place = LoginPlace { lid: &login.lid, slot: login.slot, login: &login.id };
    let ke2 = place.open(&service.keys.login, &login.sealed)?;
    // OPAQUE's state is not needed again; only the second message stays, for a repeated first one.
    let sealed = place.seal(&mut service.rng(), &service.keys.login, ke2.ke2(), &[]);
    let mut store = service.store.write().await?;
    let current = store.link(&link.lid).await?.ok_or(ErrorCode::LinkUnknown)?;
    current.refuse_ended(now)?;
    if !store.finish_login(&login.id, &link.lid, ke3_sha256, &sealed, now).await? {
        // A parallel call finished it.
        let login = store.login(&login.id, &link.lid).await?.ok_or(ErrorCode::LoginUnknown)?;
        return repeat(service, &mut *store, &current, &login, ke3_sha256, now).await;
    }
    store.give_back_try(&link.lid).await?;
    let slot = store.slot(&link.lid, login.slot).await?.ok_or(ErrorCode::SlotGone)?;
    session.level = slot.level;
    store.insert_session(&session).await?;
    store
        .feed(&link.clinic, &link.lid, NewEvent::Other(&FeedWhat::Verified { slot: login.slot }), now)
        .await?;
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Link,
            lid: Some(&link.lid),
            event: Event::VerifyFinished,
            outcome: Outcome::Done,
        })
        .await?;
    let response = hand_over(service, &mut *store, link, &session, now).await?;
    service.commit(store).await?;
    Ok(response)
}

/// The same KE3 again: the same answer, while it is fresh and the session lives.
async fn repeat(
    service: &Service,
    store: &mut dyn Transaction,
    link: &Link,
    login: &Login,
    ke3_sha256: &Digest,
    now: Timestamp,
) -> Result<Json<FinishResponse>, Refusal> {
    let fresh = matches!(&login.progress, Progress::Done { ke3_sha256: done, at }
        if done == ke3_sha256 && now < at.plus_seconds(LOGIN_SECONDS));
    let session = store.session_of_login(&login.id).await?.filter(|session| fresh && session.live(now));
    let session = session.ok_or(ErrorCode::LoginUnknown)?;
    hand_over(service, store, link, &session, now).await
}

async fn hand_over(
    service: &Service,
    store: &mut dyn Transaction,
    link: &Link,
    session: &Session,
    now: Timestamp,
) -> Result<Json<FinishResponse>, Refusal> {
    let slot = store.slot(&link.lid, session.slot).await?.ok_or(ErrorCode::SlotGone)?;
    let key = service.link_key(&link.lid).await?;
    let opened = open_slot(&key, &link.lid, slot.number, &slot.sealed)?;
    let envelopes = store.envelopes(&link.lid, session.level).await?;
    Ok(Json(FinishResponse {
        slot: String::from_utf8_lossy(opened.envelope()).into_owned(),
        envelopes: envelopes
            .into_iter()
            .map(|one| WireEnvelope { mid: one.mid, n: one.number, level: one.level, jwe: one.jwe })
            .collect(),
        own: store.own_copies(&link.lid, session.level).await?,
        receipts: store.receipts(&link.lid).await?,
        session: SessionTimes {
            idle_seconds: u32::try_from(SESSION_IDLE_SECONDS).unwrap_or(u32::MAX),
            ends: session.ends,
            now,
        },
    }))
}
