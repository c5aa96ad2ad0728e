//! `GET /`, `GET /m`, and every address that leads nowhere: the shell of the clinic whose host was asked.

use crate::{
    http::host_of,
    refusal::{Refusal, RefusedWith},
    service::Service,
    shell::PageKind,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::Response,
};
use postern_protocol::error_code::ErrorCode;
use std::sync::Arc;

/// The bare address: whose it is, and how to get a new text.
///
/// # Errors
/// `not-found` for an unknown host.
pub async fn bare(
    State(service): State<Arc<Service>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    page(&service, &uri, &headers, PageKind::Bare).await
}

/// The birth-date form.
///
/// # Errors
/// `not-found` for an unknown host.
pub async fn birth_date(
    State(service): State<Arc<Service>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    page(&service, &uri, &headers, PageKind::BirthDate).await
}

/// An address that leads nowhere: the same dress, status 404. Calls and assets get a problem document.
///
/// # Errors
/// `not-found`.
pub async fn nowhere(
    State(service): State<Arc<Service>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let path = uri.path();
    if ["/api/", "/assets/", "/.well-known/"].iter().any(|part| path.starts_with(part)) {
        return Err(ErrorCode::NotFound.into());
    }
    let mut response = page(&service, &uri, &headers, PageKind::Bare).await?;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.extensions_mut().insert(RefusedWith::from(ErrorCode::NotFound));
    Ok(response)
}

async fn page(
    service: &Service,
    uri: &Uri,
    headers: &HeaderMap,
    kind: PageKind,
) -> Result<Response, Refusal> {
    let mut store = service.store.read().await?;
    let clinic = service.clinic_at(&mut *store, &host_of(uri, headers)).await?;
    let clinic = clinic.ok_or(ErrorCode::NotFound)?;
    let languages = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let page = service.app.page(&clinic.public.id, languages.unwrap_or_default(), kind);
    Ok(page.ok_or(ErrorCode::NotFound)?.response(headers))
}
