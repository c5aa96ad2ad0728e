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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Kit;
    use axum::http::Method;
    use postern_protocol::{factor::Policy, wire::desk_links::DeskLinkState};

    #[tokio::test]
    async fn a_link_is_new_until_it_can_be_opened() {
        let mut kit = Kit::new().await;
        let mut sent = kit.make_link().await;
        let new = LinkStatus { state: DeskLinkState::New, used: 0, max: 10 };
        let again: LinkStatus = kit.desk(Method::PUT, &sent.path(""), &sent.request.clone()).await.json();
        assert_eq!(again, new);
        let first: LinkStatus =
            kit.desk(Method::POST, &sent.path("/envelopes"), &sent.envelope.clone()).await.json();
        assert_eq!(first, new);
        assert_eq!(kit.look(&sent).await.code(), ErrorCode::LinkUnknown);
        kit.register(&mut sent, 1).await;
        let again: LinkStatus = kit.desk(Method::PUT, &sent.path(""), &sent.request.clone()).await.json();
        assert_eq!(again.state, DeskLinkState::Active);
    }

    #[tokio::test]
    async fn other_content_for_a_known_link_is_a_conflict() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let others = [
            LinkRequest { policy: Policy::Code, ..sent.request.clone() },
            LinkRequest { claim_sha256: sent.shown, ..sent.request.clone() },
            LinkRequest { expires: sent.request.expires.plus_seconds(1), ..sent.request.clone() },
        ];
        for other in others {
            assert_eq!(kit.desk(Method::PUT, &sent.path(""), &other).await.code(), ErrorCode::Conflict);
        }
    }

    #[tokio::test]
    async fn a_link_lives_an_hour_at_least_and_ninety_days_at_most() {
        let mut kit = Kit::new().await;
        let sent = kit.make_link().await;
        let hour = 3600;
        for (seconds, fits) in
            [(hour - 61, false), (hour - 60, true), (2160 * hour + 60, true), (2160 * hour + 61, false)]
        {
            let lid = postern_protocol::id::random_id(&mut kit.rng);
            let request = LinkRequest { expires: kit.now().plus_seconds(seconds), ..sent.request.clone() };
            let path = format!("links/{}", LinkId::to_text(&lid));
            let answer = kit.desk(Method::PUT, &path, &request).await;
            assert_eq!(answer.status.is_success(), fits, "{seconds}");
            if !fits {
                assert_eq!(answer.code(), ErrorCode::MalformedBody);
            }
        }
    }
}
