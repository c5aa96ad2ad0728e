//! `PUT desk/links/{lid}/slots/{n}`: stores a factor record and its slot, write-once, sealed under the link's key.

use super::status::{activate_if_complete, status_now};
use crate::{
    authorization::DeskCall,
    http::PathPart,
    refusal::Refusal,
    rules::CODE_SECONDS,
    service::Service,
    slot_seal::{open_slot, seal_slot},
    store::{Actor, AuditEntry, Event, Link, Outcome, Slot, Standing},
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
/// every earlier one), `conflict` for other content, `malformed-factor-message`, `malformed-envelope`, `malformed-body`
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
    let key = service.link_key(&lid).await?;
    if let Some(known) = store.slot(&lid, number).await? {
        let opened = open_slot(&key, &lid, number, &known.sealed)?;
        let same = known.factor == request.factor && opened.holds(&request.record.0, &request.slot);
        return if same {
            Ok(Json(status_now(&mut *store, &lid, now).await?))
        } else {
            Err(ErrorCode::Conflict.into())
        };
    }
    let setup = store.evaluated_setup(&lid, number).await?.ok_or(ErrorCode::RegistrationClosed)?;
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
    Ok(Json(status))
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
