//! `PUT desk/links/{lid}`: makes a link known, with a random key of its own. It is new until it can be opened.

use super::status::status_of;
use crate::{
    authorization::DeskCall,
    http::PathPart,
    refusal::Refusal,
    rules::{DESK_CLOCK_SECONDS, LINK_SECONDS_LEAST, LINK_SECONDS_MOST, TRIES},
    sealing::generate_key,
    service::Service,
    store::{Actor, AuditEntry, Event, Link, LinkState, Outcome, Tries},
};
use axum::{Json, extract::State};
use postern_protocol::{
    error_code::ErrorCode,
    id::LinkId,
    wire::desk_links::{LinkRequest, LinkStatus},
};
use std::sync::Arc;

/// Adds the link. The same content again gets its present status.
///
/// # Errors
/// `conflict` for other content, `link-unknown` for another clinic's link, `malformed-body` for an end nearer than an
/// hour or farther than 90 days.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart(lid): PathPart<LinkId>,
    call: DeskCall<LinkRequest>,
) -> Result<Json<LinkStatus>, Refusal> {
    let now = service.now();
    let LinkRequest { policy, claim_sha256, expires } = call.body;
    let link = Link {
        lid,
        clinic: call.clinic.public.id.clone(),
        policy,
        claim_sha256,
        state: LinkState::New,
        tries: Tries { used: 0, max: TRIES },
        unlocked: false,
        expires,
        highest_slot: 0,
        records: 0,
        bytes: 0,
    };
    if let Some(known) = service.store.read().await?.link(&lid).await? {
        return repeat(&known, &link).map(|()| Json(status_of(&known, now)));
    }
    // The desk counts on its own clock.
    let least = now.plus_seconds(LINK_SECONDS_LEAST - DESK_CLOCK_SECONDS);
    let most = now.plus_seconds(LINK_SECONDS_MOST + DESK_CLOCK_SECONDS);
    if expires < least || expires > most {
        return Err(ErrorCode::MalformedBody.into());
    }
    let fresh = generate_key(&mut service.rng());
    service.link_keys.put_if_absent(&lid, &fresh).await?;
    let mut store = service.store.write().await?;
    if !store.insert_link(&link, now).await? {
        let known = store.link(&lid).await?.ok_or(ErrorCode::LinkUnknown)?;
        return repeat(&known, &link).map(|()| Json(status_of(&known, now)));
    }
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Desk,
            lid: Some(&lid),
            event: Event::LinkMade,
            outcome: Outcome::Done,
        })
        .await?;
    service.commit(store).await?;
    Ok(Json(status_of(&link, now)))
}

fn repeat(known: &Link, asked: &Link) -> Result<(), Refusal> {
    if known.clinic != asked.clinic {
        return Err(ErrorCode::LinkUnknown.into());
    }
    let same = (known.policy, known.claim_sha256, known.expires)
        == (asked.policy, asked.claim_sha256, asked.expires);
    if same { Ok(()) } else { Err(ErrorCode::Conflict.into()) }
}
