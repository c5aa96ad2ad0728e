//! `GET /policy/{kind}`, `/policy/{kind}/{version}`, `/policy/{kind}/{version}/{language}`: the clinic's texts, each version for ever.

use super::shell;
use crate::{
    http::host_of,
    refusal::Refusal,
    service::Service,
    shell::{Document, best_language},
    store::{PolicyName, StoreError},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri, header},
    response::Response,
};
use postern_protocol::{
    error_code::ErrorCode,
    wire::desk_policies::{PolicyKind, PolicyLanguage, PolicyVersion},
};
use std::sync::Arc;

/// The newest version, in the language that fits best.
///
/// # Errors
/// The store's.
pub async fn newest(
    State(service): State<Arc<Service>>,
    Path(kind): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    page(service, uri, headers, &kind, None, None).await
}

/// One version, in the language that fits best.
///
/// # Errors
/// The store's.
pub async fn version(
    State(service): State<Arc<Service>>,
    Path((kind, version)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    page(service, uri, headers, &kind, Some(&version), None).await
}

/// One version in one language: the address that consents name.
///
/// # Errors
/// The store's.
pub async fn language(
    State(service): State<Arc<Service>>,
    Path((kind, version, language)): Path<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    page(service, uri, headers, &kind, Some(&version), Some(&language)).await
}

/// What is not there is an address that leads nowhere, like any other.
async fn page(
    service: Arc<Service>,
    uri: Uri,
    headers: HeaderMap,
    kind: &str,
    version: Option<&str>,
    language: Option<&str>,
) -> Result<Response, Refusal> {
    match find(&service, &uri, &headers, kind, version, language).await? {
        Some(response) => Ok(response),
        None => shell::nowhere(State(service), uri, headers).await,
    }
}

async fn find(
    service: &Service,
    uri: &Uri,
    headers: &HeaderMap,
    kind: &str,
    version: Option<&str>,
    language: Option<&str>,
) -> Result<Option<Response>, Refusal> {
    let mut store = service.store.read().await?;
    let clinic = service.clinic_at(&mut *store, &host_of(uri, headers)).await?.ok_or(ErrorCode::NotFound)?;
    let id = &clinic.public.id;
    let Ok(kind) = kind.parse::<PolicyKind>() else { return Ok(None) };
    let version = match version.map(str::parse::<PolicyVersion>) {
        Some(Ok(version)) => Some(version),
        Some(Err(_)) => None,
        None => store.newest_policy(id, kind).await?,
    };
    let Some(version) = version else { return Ok(None) };
    let language = match language {
        Some(language) => language.parse::<PolicyLanguage>().ok(),
        None => {
            let there = store.policy_languages(id, kind, &version).await?;
            let there: Vec<String> = there.into_iter().map(String::from).collect();
            let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            best_language(asked.unwrap_or_default(), &there).and_then(|language| language.parse().ok())
        }
    };
    let Some(language) = language else { return Ok(None) };
    let name = PolicyName { kind, version, language };
    let Some(told) = store.policy(id, &name).await? else { return Ok(None) };
    let document = Document::read(&told.text).ok_or(StoreError::Inconsistent("policies.words"))?;
    let frame = service.app.frame(id, name.language.as_str());
    Ok(frame.map(|frame| frame.page(&document, &name.version, &name.language)))
}
