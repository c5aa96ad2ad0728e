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
    factor::FactorKind,
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
/// `malformed-factor-message`, `verification-failed`, `slot-gone` (a code that died or opened the link meanwhile), `unavailable`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: LinkCall<FinishRequest>,
) -> Result<Json<FinishResponse>, Refusal> {
    let now = service.now();
    let FinishRequest { login: id, ke3 } = &call.body;
    let mut store = service.store.read().await?;
    let (link, clinic) = call.link(&service, &mut *store).await?;
    link.refuse_ended(now)?;
    service.refuse_unsynced(&mut *store, &link.clinic).await?;
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
    // Of two right proofs of one code in flight only one opens.
    if slot.factor != FactorKind::BirthDate && !store.accept_code(&link.lid, slot.number, now).await? {
        return Err(ErrorCode::SlotGone.into());
    }
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
    let key = service.slot_key(&link.lid, slot.number, slot.factor).await?;
    let opened = open_slot(&key, &link.lid, slot.number, &slot.sealed)?;
    let envelopes = store.envelopes(&link.lid, session.level, 0).await?;
    Ok(Json(FinishResponse {
        slot: String::from_utf8_lossy(opened.envelope()).into_owned(),
        envelopes: envelopes.into_iter().map(WireEnvelope::from).collect(),
        own: store.own_copies(&link.lid, session.level).await?,
        receipts: store.receipts(&link.lid).await?,
        session: SessionTimes {
            idle_seconds: u32::try_from(SESSION_IDLE_SECONDS).unwrap_or(u32::MAX),
            ends: session.ends,
            now,
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Kit;
    use axum::http::Method;
    use postern_protocol::wire::{link_open::OpenResponse, session::Done};
    use serde_json::json;

    #[tokio::test]
    async fn success_gives_back_that_rows_one_try_and_never_resets() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        for seed in 0..3 {
            kit.type_wrong(&sent, seed).await;
        }
        kit.open(&sent, 9).await;
        assert_eq!(kit.tries_left(&sent).await, 7);
        assert_eq!(kit.told().await, ["opened", "verified"]);
    }

    #[tokio::test]
    async fn the_same_ke3_within_two_minutes_gets_the_same_answer_and_one_try_back() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        kit.type_wrong(&sent, 1).await;
        let opened = kit.open(&sent, 9).await;
        kit.pass(119);
        let again: FinishResponse = kit.finish(&sent, &opened.finish).await.json();
        assert_eq!((&again.slot, &again.envelopes), (&opened.response.slot, &opened.response.envelopes));
        assert_eq!(again.session.ends, opened.response.session.ends);
        assert_eq!(kit.tries_left(&sent).await, 9);
        kit.pass(1);
        assert_eq!(kit.finish(&sent, &opened.finish).await.code(), ErrorCode::LoginUnknown);
    }

    #[tokio::test]
    async fn a_proof_late_in_its_time_has_its_two_minutes_too_though_the_sweep_runs() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let (finish, _) = kit.prove(&sent, 1, 9).await;
        kit.pass(110);
        let first: FinishResponse = kit.finish(&sent, &finish).await.json();
        kit.pass(119);
        kit.sweep().await;
        let again: FinishResponse = kit.finish(&sent, &finish).await.json();
        assert_eq!(again.session.ends, first.session.ends);
        kit.pass(1);
        kit.sweep().await;
        assert_eq!(kit.finish(&sent, &finish).await.code(), ErrorCode::LoginUnknown);
        assert_eq!(kit.tries_left(&sent).await, 10);
    }

    #[tokio::test]
    async fn a_repeated_ke3_does_not_bring_back_a_session_that_was_ended() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 9).await;
        let _: Done = kit.post("session/end", &opened.header, &json!({})).await.json();
        assert_eq!(kit.finish(&sent, &opened.finish).await.code(), ErrorCode::LoginUnknown);
    }

    #[tokio::test]
    async fn a_login_is_taken_only_under_the_link_it_was_started_with() {
        let mut kit = Kit::new().await;
        let (sent, other) = (kit.send().await, kit.send().await);
        let (finish, _) = kit.prove(&sent, 1, 9).await;
        assert_eq!(kit.finish(&other, &finish).await.code(), ErrorCode::LoginUnknown);
        assert_eq!((kit.tries_left(&sent).await, kit.tries_left(&other).await), (9, 10));
    }

    #[tokio::test]
    async fn a_wrong_proof_opens_nothing_and_gives_nothing_back() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let (mut finish, _) = kit.prove(&sent, 1, 9).await;
        finish.ke3.0[0] ^= 1;
        assert_eq!(kit.finish(&sent, &finish).await.code(), ErrorCode::VerificationFailed);
        finish.ke3.0.pop();
        assert_eq!(kit.finish(&sent, &finish).await.code(), ErrorCode::MalformedFactorMessage);
        assert_eq!(kit.tries_left(&sent).await, 9);
        assert_eq!(kit.told().await, ["opened"]);
    }

    #[tokio::test]
    async fn a_login_of_two_minutes_is_over_and_its_try_stays_counted() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let (finish, _) = kit.prove(&sent, 1, 9).await;
        kit.pass(120);
        assert_eq!(kit.finish(&sent, &finish).await.code(), ErrorCode::LoginUnknown);
        kit.sweep().await;
        assert_eq!(kit.tries_left(&sent).await, 9);
        assert_eq!(kit.told().await, ["opened", "wrong-try"]);
    }

    #[tokio::test]
    async fn what_was_answered_before_is_handed_over_at_the_next_opening() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 9).await;
        let receipts = [kit.put_answer(&sent, &opened).await, kit.put_answer(&sent, &opened).await];
        kit.pass(24 * 3600);
        kit.sweep().await;
        let next_day = kit.open(&sent, 10).await;
        assert_eq!(next_day.response.receipts, receipts);
        assert_eq!(next_day.response.own.len(), 2);
        let session = next_day.response.session;
        assert_eq!(
            (session.idle_seconds, session.ends, session.now),
            (600, kit.now().plus_seconds(3600), kit.now())
        );
    }

    #[tokio::test]
    async fn a_recall_between_the_two_messages_opens_nothing() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let (finish, _) = kit.prove(&sent, 1, 9).await;
        kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
        assert_eq!(kit.finish(&sent, &finish).await.code(), ErrorCode::LinkRecalled);
        let open: OpenResponse = kit.look(&sent).await.json();
        assert_eq!(open.tries_left, 9);
    }
}
