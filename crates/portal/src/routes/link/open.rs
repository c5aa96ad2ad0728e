//! `POST link/open`: what a holder of the link may know before the factor. Changes nothing, raises no event.

use crate::{
    authorization::LinkCall,
    refusal::Refusal,
    rules::CODE_TRIES,
    service::Service,
    store::{Ending, Standing},
};
use axum::{Json, extract::State};
use postern_protocol::{
    error_code::ErrorCode,
    wire::link_open::{LinkState, OpenRequest, OpenResponse, OpenSlot},
};
use std::sync::Arc;

/// Answers with the link's state, truthfully.
///
/// # Errors
/// `link-unknown`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: LinkCall<OpenRequest>,
) -> Result<Json<OpenResponse>, Refusal> {
    let OpenRequest {} = call.body;
    let now = service.now();
    let mut store = service.store.read().await?;
    let (link, clinic) = call.link(&service, &mut *store).await?;
    let state = match link.standing(now) {
        Standing::New => return Err(ErrorCode::LinkUnknown.into()),
        Standing::Active => LinkState::Active,
        Standing::Locked => LinkState::Locked,
        Standing::Ended(ending) => match link.told_ending(ending) {
            Ending::Expired => LinkState::Expired,
            Ending::Recalled => LinkState::Recalled,
            Ending::Closed => LinkState::Closed,
        },
    };
    let slots = match state {
        LinkState::Active => store.open_slots(&link.lid, CODE_TRIES, now).await?,
        _ => Vec::new(),
    };
    Ok(Json(OpenResponse {
        state,
        slots: slots
            .iter()
            .map(|slot| OpenSlot { slot: slot.number, factor: slot.factor, until: slot.until })
            .collect(),
        tries_left: link.tries.left(),
        expires: link.expires,
        now,
        clinic: clinic.public,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Kit, Sent};
    use axum::http::{Method, header};
    use postern_protocol::{base64url::FixedBytes, factor::FactorKind, wire::authorization::Authorization};
    use serde_json::json;

    #[tokio::test]
    async fn an_active_link_says_what_can_be_typed_and_who_sent_it() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let open: OpenResponse = kit.look(&sent).await.json();
        assert_eq!(open.state, LinkState::Active);
        let slot = OpenSlot { slot: 1, factor: FactorKind::BirthDate, until: sent.request.expires };
        assert_eq!(open.slots, [slot]);
        assert_eq!((open.tries_left, open.expires, open.now), (10, sent.request.expires, kit.now()));
        assert_eq!(open.clinic, crate::kit::public("oak"));
    }

    #[tokio::test]
    async fn unknown_new_wrong_claim_and_another_host_get_one_answer() {
        let mut kit = Kit::new().await;
        let (sent, new) = (kit.send().await, kit.make_link().await);
        kit.enrol("elm").await;
        let of = |lid, claim| Authorization::Link { lid, claim }.to_header();
        let mut answers = vec![
            kit.look(&new).await,
            kit.post("link/open", &of(FixedBytes([9; 16]), sent.keys.claim), &json!({})).await,
            kit.post("link/open", &of(sent.lid, FixedBytes([9; 32])), &json!({})).await,
        ];
        let mut request = kit.app_request(Method::POST, "link/open", &sent.header(), &json!({}));
        request.headers_mut().insert(header::HOST, "door.elm.example".parse().unwrap());
        answers.push(kit.call(request).await);
        for answer in &answers {
            assert_eq!(answer.code(), ErrorCode::LinkUnknown);
            assert_eq!(
                (answer.status, &answer.headers, &answer.body),
                (answers[0].status, &answers[0].headers, &answers[0].body)
            );
        }
    }

    async fn state(kit: &Kit, sent: &Sent) -> LinkState {
        let open: OpenResponse = kit.look(sent).await.json();
        assert!(open.slots.is_empty());
        open.state
    }

    #[tokio::test]
    async fn every_ending_is_told_truthfully() {
        let mut kit = Kit::new().await;
        let recalled = kit.send().await;
        kit.desk(Method::POST, &recalled.path("/recall"), &json!({})).await;
        assert_eq!(state(&kit, &recalled).await, LinkState::Recalled);
        let answered = kit.send().await;
        let opened = kit.open(&answered, 5).await;
        kit.put_answer(&answered, &opened).await;
        kit.desk(Method::POST, &answered.path("/close"), &json!({})).await;
        assert_eq!(state(&kit, &answered).await, LinkState::Closed);
        let unanswered = kit.send().await;
        kit.desk(Method::POST, &unanswered.path("/close"), &json!({})).await;
        assert_eq!(state(&kit, &unanswered).await, LinkState::Expired);
        let locked = kit.send().await;
        for seed in 0..10 {
            kit.type_wrong(&locked, seed).await;
        }
        assert_eq!(state(&kit, &locked).await, LinkState::Locked);
        let expired = kit.send().await;
        kit.pass(7 * 24 * 3600);
        assert_eq!(state(&kit, &expired).await, LinkState::Expired);
        kit.sweep().await;
        assert_eq!(state(&kit, &expired).await, LinkState::Expired);
        assert_eq!(state(&kit, &recalled).await, LinkState::Recalled);
    }

    #[tokio::test]
    async fn ninety_days_after_its_end_a_link_is_unknown() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        kit.desk(Method::POST, &sent.path("/recall"), &json!({})).await;
        kit.pass(90 * 24 * 3600);
        kit.sweep().await;
        assert_eq!(state(&kit, &sent).await, LinkState::Recalled);
        kit.pass(1);
        kit.sweep().await;
        assert_eq!(kit.look(&sent).await.code(), ErrorCode::LinkUnknown);
    }

    #[tokio::test]
    async fn only_the_authority_of_a_link_opens_it() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let opened = kit.open(&sent, 1).await;
        for header in ["", "Bearer x", opened.header.as_str(), &format!("{}=", sent.header())] {
            let answer = kit.post("link/open", header, &json!({})).await;
            assert_eq!(answer.code(), ErrorCode::AuthorizationMissing, "{header}");
        }
    }

    #[tokio::test]
    async fn an_unknown_member_is_refused() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let answer = kit.post("link/open", &sent.header(), &json!({ "peek": true })).await;
        assert_eq!(answer.code(), ErrorCode::MalformedBody);
    }
}
