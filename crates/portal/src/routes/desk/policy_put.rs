//! `PUT desk/policies/{kind}/{version}/{language}`: publishes a text of the clinic's, for ever.

use crate::{
    authorization::DeskCall,
    http::PathPart,
    refusal::Refusal,
    service::Service,
    store::{Actor, AuditEntry, Event, Outcome, PolicyName, PolicyText},
};
use axum::{Json, extract::State};
use postern_protocol::{
    digest::sha256,
    error_code::ErrorCode,
    wire::desk_policies::{PolicyKind, PolicyLanguage, PolicyRequest, PolicyStatus, PolicyVersion, title},
};
use std::sync::Arc;

/// Publishes it. The same text again gets the same answer.
///
/// # Errors
/// `malformed-body` for a text without title, with control letters, or too long; `conflict` for another text under a name that is taken.
pub async fn handle(
    State(service): State<Arc<Service>>,
    PathPart((kind, version, language)): PathPart<(PolicyKind, PolicyVersion, PolicyLanguage)>,
    call: DeskCall<PolicyRequest>,
) -> Result<Json<PolicyStatus>, Refusal> {
    let text = call.body.text;
    title(&text).ok_or(ErrorCode::MalformedBody)?;
    let clinic = &call.clinic.public.id;
    let name = PolicyName { kind, version, language };
    let mut store = service.store.write().await?;
    if let Some(known) = store.policy(clinic, &name).await? {
        return if known.text == text { Ok(status(&known)) } else { Err(ErrorCode::Conflict.into()) };
    }
    let told = PolicyText { sha256: sha256(text.as_bytes()), text, published: service.now() };
    if !store.insert_policy(clinic, &name, &told).await? {
        return Err(ErrorCode::Conflict.into());
    }
    store
        .audit(AuditEntry {
            at: told.published,
            actor: Actor::Desk,
            lid: None,
            event: Event::PolicyPublished,
            outcome: Outcome::Done,
        })
        .await?;
    service.commit(store).await?;
    Ok(status(&told))
}

fn status(told: &PolicyText) -> Json<PolicyStatus> {
    Json(PolicyStatus { sha256: told.sha256, published: told.published })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Answer, Kit};
    use axum::http::Method;

    async fn put(kit: &mut Kit, path: &str, text: &str) -> Answer {
        let path = format!("policies/{path}");
        kit.desk(Method::PUT, &path, &PolicyRequest { text: text.to_owned() }).await
    }

    #[tokio::test]
    async fn a_published_text_cannot_be_changed_and_may_be_said_again() {
        let mut kit = Kit::new().await;
        let text = "# Terms\n\nWe text you.";
        let first: PolicyStatus = put(&mut kit, "terms/2026-11/en", text).await.json();
        assert_eq!(first.sha256, sha256(text.as_bytes()));
        kit.pass(60);
        let again: PolicyStatus = put(&mut kit, "terms/2026-11/en", text).await.json();
        assert_eq!(again, first);
        for other in ["# Terms\n\nWe text you!", "# Terms\n\nWe text you.\n"] {
            assert_eq!(put(&mut kit, "terms/2026-11/en", other).await.code(), ErrorCode::Conflict);
        }
        let _: PolicyStatus = put(&mut kit, "terms/2026-12/en", "# Terms\n\nWe text you!").await.json();
        let _: PolicyStatus = put(&mut kit, "terms/2026-11/es", "# T\u{e9}rminos\n\nTextos.").await.json();
    }

    #[tokio::test]
    async fn what_is_no_text_kind_version_or_language_is_refused() {
        let mut kit = Kit::new().await;
        for path in ["consent/1/en", "terms/../en", "terms/a%20b/en", "terms/1/english", "terms/1/EN"] {
            let answer = put(&mut kit, path, "# Terms\n\nWe text you.").await;
            assert!(matches!(answer.code(), ErrorCode::MalformedParameter | ErrorCode::NotFound), "{path}");
        }
        for text in ["", "We text you.", "# Terms", "# Terms\n\nWe\u{0}"] {
            assert_eq!(put(&mut kit, "terms/1/en", text).await.code(), ErrorCode::MalformedBody, "{text}");
        }
    }
}
