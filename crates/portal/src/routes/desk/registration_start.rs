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
