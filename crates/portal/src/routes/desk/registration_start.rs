//! `POST desk/registration/start`: evaluates the OPRF for a slot being registered. Bounded and audited, since it is an
//! oracle (PROTOCOL.md, "Factor").

use crate::{
    authorization::DeskCall,
    refusal::Refusal,
    rules::EVALUATIONS,
    service::Service,
    store::{Actor, AuditEntry, Event, Outcome, Standing},
};
use axum::{Json, extract::State};
use postern_protocol::{
    base64url::Bytes,
    error_code::ErrorCode,
    wire::desk_registration::{RegistrationRequest, RegistrationResponse},
};
use std::sync::Arc;

/// Evaluates, at most three times a slot, only for a new or active link of the calling clinic and a slot above every one
/// that has held a record. Counted, and durable, before the answer leaves.
///
/// # Errors
/// `link-unknown`, `registration-closed`, `malformed-factor-message`.
pub async fn handle(
    State(service): State<Arc<Service>>,
    call: DeskCall<RegistrationRequest>,
) -> Result<Json<RegistrationResponse>, Refusal> {
    let now = service.now();
    let RegistrationRequest { lid, slot, request } = &call.body;
    let (setup_id, setup) = service.keys.current_setup();
    let mut store = service.store.write().await?;
    let link = call.link(&mut *store, lid).await?;
    let open = matches!(link.standing(now), Standing::New | Standing::Active) && *slot > link.highest_slot;
    if !open {
        return Err(ErrorCode::RegistrationClosed.into());
    }
    let response = setup.registration(call.clinic_id(), lid, *slot, &request.0)?;
    let counted = store.count_evaluation(lid, *slot, setup_id, EVALUATIONS).await?;
    store
        .audit(AuditEntry {
            at: now,
            actor: Actor::Desk,
            lid: Some(lid),
            event: Event::RegistrationEvaluated,
            outcome: if counted { Outcome::Done } else { Outcome::Refused },
        })
        .await?;
    service.commit(store).await?;
    if !counted {
        return Err(ErrorCode::RegistrationClosed.into());
    }
    Ok(Json(RegistrationResponse { response: Bytes(response) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Kit, Sent};
    use axum::http::Method;
    use postern_protocol::opaque::client::Registration;
    use serde_json::json;

    fn request(kit: &mut Kit, sent: &Sent) -> Vec<u8> {
        Registration::start(&mut kit.rng, &sent.keys, &sent.right, &kit.oak.id).1
    }

    #[tokio::test]
    async fn a_slot_is_evaluated_three_times_and_each_is_audited() {
        let mut kit = Kit::new().await;
        let sent = kit.make_link().await;
        let request = request(&mut kit, &sent);
        for _ in 0..3 {
            let _: RegistrationResponse = kit.ask_evaluation(&sent, 1, request.clone()).await.json();
        }
        assert_eq!(kit.ask_evaluation(&sent, 1, request.clone()).await.code(), ErrorCode::RegistrationClosed);
        let _: RegistrationResponse = kit.ask_evaluation(&sent, 2, request).await.json();
        let log = kit.portal.store.audit_events().await;
        let told =
            log.iter().filter(|(event, _)| event == "registration-evaluated").map(|(_, how)| how.as_str());
        assert_eq!(told.collect::<Vec<_>>(), ["done", "done", "done", "refused", "done"]);
    }

    impl dyn crate::store::Store {
        async fn audit_events(&self) -> Vec<(String, String)> {
            let rows = self.read().await.unwrap().audit_rows(0, 1000).await.unwrap();
            rows.into_iter().map(|row| (row.event, row.outcome)).collect()
        }
    }

    #[tokio::test]
    async fn a_slot_that_has_held_a_record_is_never_evaluated_again() {
        let mut kit = Kit::new().await;
        let mut sent = kit.make_link().await;
        kit.register(&mut sent, 3).await;
        for slot in [0, 1, 2, 3] {
            let request = request(&mut kit, &sent);
            let answer = kit.ask_evaluation(&sent, slot, request).await;
            assert_eq!(answer.code(), ErrorCode::RegistrationClosed, "{slot}");
        }
        let request = request(&mut kit, &sent);
        let _: RegistrationResponse = kit.ask_evaluation(&sent, 4, request).await.json();
    }

    #[tokio::test]
    async fn a_locked_or_ended_link_is_not_evaluated() {
        let mut kit = Kit::new().await;
        let (locked, recalled) = (kit.send().await, kit.send().await);
        for seed in 0..10 {
            kit.type_wrong(&locked, seed).await;
        }
        kit.desk(Method::POST, &recalled.path("/recall"), &json!({})).await;
        for sent in [&locked, &recalled] {
            let request = request(&mut kit, sent);
            assert_eq!(kit.ask_evaluation(sent, 2, request).await.code(), ErrorCode::RegistrationClosed);
        }
    }

    #[tokio::test]
    async fn a_malformed_request_is_not_counted() {
        let mut kit = Kit::new().await;
        let sent = kit.make_link().await;
        for bad in [vec![0; 33], vec![2; 34], Vec::new()] {
            assert_eq!(kit.ask_evaluation(&sent, 1, bad).await.code(), ErrorCode::MalformedFactorMessage);
        }
        for _ in 0..3 {
            kit.evaluate(&sent, 1).await;
        }
    }
}
