//! `POST verify/start`: evaluates a try and counts it before its answer leaves.

use crate::{
    authorization::LinkCall,
    lapse::{lapse, tell_locked},
    login_seal::LoginPlace,
    refusal::Refusal,
    rules::CODE_TRIES,
    service::Service,
    slot_seal::open_slot,
    store::{Actor, AuditEntry, Event, Link, Login, NewEvent, Outcome, Progress, Transaction, Tries},
};
use axum::{Json, extract::State};
use postern_protocol::{
    base64url::Bytes,
    digest::{Digest, sha256},
    error_code::ErrorCode,
    factor::FactorKind,
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
        service.refuse_unsynced(&mut *store, &link.clinic).await?;
        if let Some(login) = counted_before(&mut *store, &link, *number, &ke1_sha256, now).await? {
            return answer(&service, &login, link.tries);
        }
        let slot = store.slot(&link.lid, *number).await?.filter(|slot| slot.until > now);
        let slot = slot.ok_or(ErrorCode::SlotGone)?;
        if let Some(code) = store.code(&link.lid, *number).await?
            && !code.can_be_typed(CODE_TRIES, now)
        {
            return Err(ErrorCode::SlotGone.into());
        }
        (link, clinic, slot)
    };
    if link.tries.left() == 0 {
        return refuse_locked(&service, &link, now).await;
    }
    server::check_ke1(&ke1.0)?;
    if slot.suite != postern_protocol::opaque::SUITE_ID {
        return Err(ErrorCode::Unavailable.into());
    }
    let setup = service.keys.setup(slot.setup).ok_or(ErrorCode::Unavailable)?;
    let key = service.slot_key(&link.lid, slot.number, slot.factor).await?;
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
    count(&service, &link, login, slot.factor, now).await
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

/// Counts the try, on the code too where it is one, and stores the login in one transaction; a parallel call with the same KE1 may have done so already.
async fn count(
    service: &Service,
    link: &Link,
    login: Login,
    factor: FactorKind,
    now: Timestamp,
) -> Result<Json<StartResponse>, Refusal> {
    let mut store = service.store.write().await?;
    service.refuse_unsynced(&mut *store, &link.clinic).await?;
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
    if factor != FactorKind::BirthDate
        && !store.count_code_try(&link.lid, login.slot, CODE_TRIES, now).await?
    {
        // Dropped without commit: the link's try is not counted either.
        return Err(ErrorCode::SlotGone.into());
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Kit, Sent, Typed, in_parallel};
    use axum::http::Method;
    use postern_protocol::{opaque::client::FactorError, wire::verify::FinishResponse};
    use serde_json::json;

    fn right(kit: &Kit, sent: &Sent, seed: u64) -> Typed {
        Typed::new(kit, sent, &sent.right, 1, seed)
    }

    #[tokio::test]
    async fn a_try_is_counted_whether_right_or_wrong_and_the_app_learns_which_from_ke2() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let wrong = Typed::new(&kit, &sent, &crate::kit::birth_date(1980, 4, 13), 1, 1);
        let started: StartResponse = kit.start(&sent, &wrong.request).await.json();
        assert_eq!(started.tries_left, 9);
        assert_eq!(wrong.learn(&started.ke2.0).err(), Some(FactorError::Wrong));
        let typed = right(&kit, &sent, 2);
        let started: StartResponse = kit.start(&sent, &typed.request).await.json();
        assert_eq!(started.tries_left, 8);
        assert!(typed.learn(&started.ke2.0).is_ok());
        assert_eq!(kit.tries_left(&sent).await, 8);
    }

    #[tokio::test]
    async fn a_repeated_ke1_gets_the_same_ke2_and_counts_once() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let typed = right(&kit, &sent, 1);
        let first: StartResponse = kit.start(&sent, &typed.request).await.json();
        kit.pass(119);
        let again: StartResponse = kit.start(&sent, &typed.request).await.json();
        assert_eq!(first, again);
        assert_eq!(kit.tries_left(&sent).await, 9);
    }

    #[tokio::test]
    async fn after_two_minutes_a_repeated_ke1_is_another_try() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let typed = right(&kit, &sent, 1);
        let first: StartResponse = kit.start(&sent, &typed.request).await.json();
        kit.pass(120);
        let again: StartResponse = kit.start(&sent, &typed.request).await.json();
        assert_ne!(first.login, again.login);
        assert_eq!(kit.tries_left(&sent).await, 8);
        assert_eq!(kit.told().await, ["opened", "wrong-try"]);
    }

    #[tokio::test]
    async fn the_same_ke1_sent_in_parallel_counts_once() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let typed = right(&kit, &sent, 1);
        let starts = (0..20).map(|_| kit.start(&sent, &typed.request));
        let mut answers = Vec::new();
        for answer in in_parallel(starts).await {
            answers.push(answer.json::<StartResponse>());
        }
        assert!(answers.iter().all(|answer| answer.ke2 == answers[0].ke2));
        assert_eq!(kit.tries_left(&sent).await, 9);
    }

    #[tokio::test]
    async fn what_cannot_be_evaluated_costs_no_try() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let typed = right(&kit, &sent, 1);
        let mut long = typed.request.clone();
        long.ke1.0.push(0);
        let mut off_the_curve = typed.request.clone();
        off_the_curve.ke1.0[1..33].fill(0xff);
        for request in [&long, &off_the_curve] {
            assert_eq!(kit.start(&sent, request).await.code(), ErrorCode::MalformedFactorMessage);
        }
        let no_slot = StartRequest { slot: 2, ke1: typed.request.ke1.clone() };
        assert_eq!(kit.start(&sent, &no_slot).await.code(), ErrorCode::SlotGone);
        assert_eq!(kit.tries_left(&sent).await, 10);
        assert!(kit.told().await.is_empty());
    }

    #[tokio::test]
    async fn ten_wrong_tries_lock_and_that_is_told_once() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        for seed in 0..10 {
            let started: StartResponse = kit.type_wrong(&sent, seed).await.json();
            assert_eq!(u64::from(started.tries_left), 9 - seed);
        }
        for seed in 10..13 {
            assert_eq!(kit.type_wrong(&sent, seed).await.code(), ErrorCode::LinkLocked);
        }
        assert_eq!(kit.told().await, ["opened", "locked"]);
        kit.pass(120);
        kit.sweep().await;
        let told = kit.told().await;
        assert_eq!(told.iter().filter(|what| *what == "wrong-try").count(), 10);
        assert_eq!(told.iter().filter(|what| *what == "locked").count(), 1);
    }

    #[tokio::test]
    async fn a_lapse_that_leaves_no_try_tells_locked_without_another_start() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        for seed in 0..10 {
            kit.type_wrong(&sent, seed).await;
        }
        kit.pass(119);
        kit.sweep().await;
        assert_eq!(kit.told().await, ["opened"]);
        kit.pass(1);
        kit.sweep().await;
        assert_eq!(kit.told().await.last().map(String::as_str), Some("wrong-try"));
        assert_eq!(kit.told().await.iter().filter(|what| *what == "locked").count(), 1);
        let page = kit.feed(0).await;
        let wrong = FeedWhat::WrongTry { slot: 1, used: 10 };
        assert_eq!(page.events.iter().filter(|event| event.what == wrong).count(), 10);
    }

    #[tokio::test]
    async fn locked_stops_a_start_but_not_a_login_already_counted() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let (finish, _) = kit.prove(&sent, 1, 99).await;
        for seed in 0..9 {
            kit.type_wrong(&sent, seed).await;
        }
        assert_eq!(kit.type_wrong(&sent, 50).await.code(), ErrorCode::LinkLocked);
        let _: FinishResponse = kit.finish(&sent, &finish).await.json();
        assert_eq!(kit.tries_left(&sent).await, 1);
    }

    #[tokio::test]
    async fn the_last_trys_ke1_repeated_gets_its_answer_though_the_link_is_locked() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        for seed in 0..9 {
            kit.type_wrong(&sent, seed).await;
        }
        let typed = right(&kit, &sent, 77);
        let first: StartResponse = kit.start(&sent, &typed.request).await.json();
        let again: StartResponse = kit.start(&sent, &typed.request).await.json();
        assert_eq!((first.tries_left, first), (0, again));
    }

    #[tokio::test]
    async fn an_ended_link_says_so_and_costs_no_try() {
        let mut kit = Kit::new().await;
        let (recalled, expired) = (kit.send().await, kit.send().await);
        kit.desk(Method::POST, &recalled.path("/recall"), &json!({})).await;
        assert_eq!(kit.type_wrong(&recalled, 1).await.code(), ErrorCode::LinkRecalled);
        kit.pass(7 * 24 * 3600);
        assert_eq!(kit.type_wrong(&expired, 1).await.code(), ErrorCode::LinkExpired);
        kit.sweep().await;
        assert_eq!(kit.type_wrong(&expired, 1).await.code(), ErrorCode::LinkExpired);
        assert_eq!(kit.tries_left(&expired).await, 10);
    }

    #[tokio::test]
    async fn a_setup_that_the_key_file_lost_costs_no_try() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let path = kit.folder.path().join("keys.json");
        let mut keys: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        keys["setups"] = json!({ "2": keys["setups"]["1"] });
        keys["setup"] = json!(2);
        std::fs::write(&path, keys.to_string()).unwrap();
        kit.restart().await;
        assert_eq!(kit.type_wrong(&sent, 1).await.code(), ErrorCode::Unavailable);
        assert_eq!(kit.tries_left(&sent).await, 10);
    }
}
