//! `PUT desk/links/{lid}/slots/{n}`: stores a factor record and its slot, write-once, sealed under the link's key or,
//! where it is a code's, under its own (docs/CODES.md).

use super::status::{activate_if_complete, status_now};
use crate::{
    authorization::DeskCall,
    code_life::{destroy_code_keys, may_follow, of_last_day},
    http::PathPart,
    refusal::Refusal,
    rules::CODE_SECONDS,
    sealing::{Key, generate_key},
    service::Service,
    slot_seal::{open_slot, seal_slot},
    store::{Actor, AuditEntry, Code, Event, Link, Outcome, Slot, Standing, Transaction, code_key_id},
};
use axum::{Json, extract::State};
use postern_protocol::{
    envelope::slot as envelope,
    error_code::ErrorCode,
    factor::FactorKind,
    id::LinkId,
    opaque::{SUITE_ID, server},
    time::Timestamp,
    wire::desk_links::{LinkStatus, SlotRequest},
};
use std::sync::Arc;

/// Adds the slot. The same content again gets the link's present status.
///
/// # Errors
/// `link-unknown`, `registration-closed` (the link is not new or active, the slot was never evaluated or is not above
/// every earlier one), `conflict` for other content, `code-too-soon`, `code-limit`, `malformed-factor-message`, `malformed-envelope`, `malformed-body`
/// for a level that is not the factor's.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart((lid, number)): PathPart<(LinkId, u16)>,
    call: DeskCall<SlotRequest>,
) -> Result<Json<LinkStatus>, Refusal> {
    let now = service.now();
    let request = &call.body;
    server::check_record(&request.record.0)?;
    envelope::check(&request.slot, &lid, number).map_err(|_| ErrorCode::MalformedEnvelope)?;
    if request.level != level_of(request.factor) {
        return Err(ErrorCode::MalformedBody.into());
    }
    let mut store = service.store.write().await?;
    let link = call.link(&mut *store, &lid).await?;
    if !matches!(link.standing(now), Standing::New | Standing::Active) {
        return Err(ErrorCode::RegistrationClosed.into());
    }
    let is_code = request.factor != FactorKind::BirthDate;
    if let Some(known) = store.slot(&lid, number).await? {
        let key = service.slot_key(&lid, number, known.factor).await?;
        let opened = open_slot(&key, &lid, number, &known.sealed)?;
        let same = known.factor == request.factor && opened.holds(&request.record.0, &request.slot);
        return if same {
            Ok(Json(status_now(&mut *store, &lid, now).await?))
        } else {
            Err(ErrorCode::Conflict.into())
        };
    }
    let setup = store.evaluated_setup(&lid, number).await?.ok_or(ErrorCode::RegistrationClosed)?;
    let key = if is_code {
        code_key(&service, &mut *store, &lid, number, now).await?
    } else {
        service.slot_key(&lid, number, request.factor).await?
    };
    let sealed = seal_slot(&mut service.rng(), &key, &lid, number, &request.record.0, &request.slot);
    let slot = Slot {
        lid,
        number,
        factor: request.factor,
        level: request.level,
        suite: SUITE_ID,
        setup,
        until: until(&link, request.factor, now),
        sealed,
    };
    if !store.insert_slot(&slot).await? {
        return Err(ErrorCode::RegistrationClosed.into());
    }
    if is_code {
        replace_code(&mut *store, &Code::fresh(lid, number, now, slot.until)).await?;
    }
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Desk,
            lid: Some(&lid),
            event: Event::SlotStored,
            outcome: Outcome::Done,
        })
        .await?;
    activate_if_complete(&mut *store, &lid).await?;
    let status = status_now(&mut *store, &lid, now).await?;
    service.commit(store).await?;
    if is_code {
        destroy_code_keys(&service).await?;
    }
    Ok(Json(status))
}

/// The key of a new code's slot, if a code may be uploaded now.
async fn code_key(
    service: &Service,
    store: &mut dyn Transaction,
    lid: &LinkId,
    slot: u16,
    now: Timestamp,
) -> Result<Key, Refusal> {
    may_follow(&of_last_day(store, lid, now).await?, now)?;
    let fresh = generate_key(&mut service.rng());
    Ok(service.link_keys.put_if_absent(&code_key_id(lid, slot), &fresh).await?)
}

/// One code lives on a link: those before it die with its upload.
async fn replace_code(store: &mut dyn Transaction, code: &Code) -> Result<(), Refusal> {
    for before in store.codes_since(&code.lid, code.made.plus_seconds(-2 * CODE_SECONDS)).await? {
        store.kill_code(&before.lid, before.slot).await?;
    }
    Ok(store.insert_code(code).await?)
}

fn level_of(factor: FactorKind) -> u8 {
    match factor {
        FactorKind::BirthDate | FactorKind::Code => 1,
        FactorKind::Both => 2,
    }
}

/// A code lives ten minutes, a birth date as long as its link.
fn until(link: &Link, factor: FactorKind, now: Timestamp) -> Timestamp {
    match factor {
        FactorKind::BirthDate => link.expires,
        FactorKind::Code | FactorKind::Both => link.expires.min(now.plus_seconds(CODE_SECONDS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Kit;
    use axum::http::Method;
    use serde_json::json;

    #[tokio::test]
    async fn a_slot_is_written_once_and_its_repeat_is_the_same_answer() {
        let mut kit = Kit::new().await;
        let mut sent = kit.make_link().await;
        kit.register(&mut sent, 1).await;
        let _: LinkStatus = kit.put_slot(&sent, 1).await.json();
        let record = sent.slot.record.clone();
        kit.evaluate(&sent, 2).await;
        sent.slot.record = postern_protocol::base64url::Bytes(kit.evaluate(&sent, 2).await.record);
        assert_eq!(kit.put_slot(&sent, 1).await.code(), ErrorCode::Conflict);
        sent.slot.record = record;
        let _: LinkStatus = kit.put_slot(&sent, 1).await.json();
    }

    #[tokio::test]
    async fn a_slot_that_was_never_evaluated_is_refused() {
        let mut kit = Kit::new().await;
        let mut sent = kit.make_link().await;
        kit.register(&mut sent, 1).await;
        sent.slot.slot = envelope_of(&mut kit, &sent, 2);
        assert_eq!(kit.put_slot(&sent, 2).await.code(), ErrorCode::RegistrationClosed);
    }

    fn envelope_of(kit: &mut Kit, sent: &crate::kit::Sent, number: u16) -> String {
        let key = postern_protocol::derive::Secret32::from_bytes([1; 32]);
        let keys = postern_protocol::derive::ContentKeys::First(sent.content.clone());
        envelope::seal(&mut kit.rng, &key, &sent.secret, &sent.lid, number, &keys)
    }

    #[tokio::test]
    async fn a_slot_below_an_earlier_one_is_refused_though_it_was_evaluated() {
        let mut kit = Kit::new().await;
        let mut sent = kit.make_link().await;
        kit.evaluate(&sent, 1).await;
        kit.register(&mut sent, 2).await;
        sent.slot.slot = envelope_of(&mut kit, &sent, 1);
        assert_eq!(kit.put_slot(&sent, 1).await.code(), ErrorCode::RegistrationClosed);
    }

    #[tokio::test]
    async fn what_is_no_record_no_envelope_of_this_slot_or_another_level_is_refused() {
        let mut kit = Kit::new().await;
        let mut sent = kit.make_link().await;
        kit.register(&mut sent, 1).await;
        let mut short = sent.slot.clone();
        short.record.0.pop();
        let answer = kit.desk(Method::PUT, &sent.path("/slots/2"), &short).await;
        assert_eq!(answer.code(), ErrorCode::MalformedFactorMessage);
        let answer = kit.desk(Method::PUT, &sent.path("/slots/2"), &sent.slot.clone()).await;
        assert_eq!(answer.code(), ErrorCode::MalformedEnvelope);
        let level = SlotRequest { level: 2, ..sent.slot.clone() };
        let answer = kit.desk(Method::PUT, &sent.path("/slots/1"), &level).await;
        assert_eq!(answer.code(), ErrorCode::MalformedBody);
        let answer = kit.desk(Method::PUT, &sent.path("/slots/x"), &json!({})).await;
        assert_eq!(answer.code(), ErrorCode::MalformedParameter);
    }

    #[tokio::test]
    async fn a_code_lives_ten_minutes_of_the_portals_clock() {
        let mut kit = Kit::new().await;
        let mut sent = kit.send().await;
        kit.evaluate(&sent, 2).await;
        sent.slot.factor = FactorKind::Code;
        sent.slot.slot = envelope_of(&mut kit, &sent, 2);
        let _: LinkStatus = kit.put_slot(&sent, 2).await.json();
        let open = |kit: &Kit| {
            let look = kit.app_request(Method::POST, "link/open", &sent.header(), &json!({}));
            let call = kit.router.clone();
            async move {
                use tower::ServiceExt;
                crate::kit::Answer::of(call.oneshot(look).await.unwrap()).await.json::<serde_json::Value>()
                    ["slots"]
                    .clone()
            }
        };
        assert_eq!(open(&kit).await.as_array().map(Vec::len), Some(2));
        kit.pass(599);
        assert_eq!(open(&kit).await[1]["factor"], "otp");
        kit.pass(1);
        assert_eq!(open(&kit).await.as_array().map(Vec::len), Some(1));
    }
}
