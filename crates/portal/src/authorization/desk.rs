use super::header_of;
use crate::{
    http::{RawCall, json_of, raw_call},
    refusal::Refusal,
    rules::DESK_CLOCK_SECONDS,
    service::Service,
    store::{Clinic, Link, Transaction},
};
use axum::extract::{FromRequest, Request};
use postern_protocol::{
    desk_token,
    digest::sha256,
    error_code::ErrorCode,
    id::{ClinicId, LinkId},
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A call of a clinic's desk: its token held for this method, path and body, and is spent.
pub struct DeskCall<T> {
    /// The clinic.
    pub clinic: Clinic,
    /// What was sent.
    pub body: T,
}

/// A call without a body.
pub struct Nothing;

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for DeskCall<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let call = raw_call(request).await?;
        let clinic = spend_token(service, &call).await?;
        Ok(Self { clinic, body: json_of(&call)? })
    }
}

impl FromRequest<Arc<Service>> for DeskCall<Nothing> {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let call = raw_call(request).await?;
        let clinic = spend_token(service, &call).await?;
        Ok(Self { clinic, body: Nothing })
    }
}

async fn spend_token(service: &Service, call: &RawCall) -> Result<Clinic, Refusal> {
    let token = header_of(call)?.strip_prefix("Desk ").ok_or(ErrorCode::AuthorizationMissing)?;
    let issuer = desk_token::issuer(token).ok_or(ErrorCode::DeskTokenRefused)?;
    let now = service.now();
    let clinic = service.store.read().await?.clinic(&issuer).await?.ok_or(ErrorCode::DeskTokenRefused)?;
    let claims = desk_token::verify(token, &clinic.desk_key, now).map_err(|_| ErrorCode::DeskTokenRefused)?;
    let path = call.uri.path_and_query().map_or("", |path| path.as_str());
    let fits = claims.iss == issuer
        && claims.aud == service.origin
        && claims.method == call.method.as_str()
        && claims.path == path
        && claims.body_sha256 == sha256(&call.body);
    if !fits {
        return Err(ErrorCode::DeskTokenRefused.into());
    }
    // Kept in the store until the token's own minute is over, so that a restart does not forget it.
    let until = now.plus_seconds(2 * DESK_CLOCK_SECONDS + 1);
    let mut transaction = service.store.write().await?;
    if !transaction.note_desk_token(&issuer, &sha256(&claims.jti.0), until).await? {
        return Err(ErrorCode::DeskTokenReplayed.into());
    }
    service.commit(transaction).await?;
    Ok(clinic)
}

impl<T> DeskCall<T> {
    /// The clinic's id.
    pub fn clinic_id(&self) -> &ClinicId {
        &self.clinic.public.id
    }

    /// A link of the calling clinic; any other answers as unknown.
    ///
    /// # Errors
    /// `link-unknown`, or the store's.
    pub async fn link(&self, transaction: &mut dyn Transaction, lid: &LinkId) -> Result<Link, Refusal> {
        let link = transaction.link(lid).await?;
        link.filter(|link| link.clinic == *self.clinic_id()).ok_or_else(|| ErrorCode::LinkUnknown.into())
    }
}
