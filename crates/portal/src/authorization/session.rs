use super::header_of;
use crate::{
    http::{json_of, raw_call},
    refusal::Refusal,
    service::Service,
    store::{Link, Session, Standing, Transaction},
};
use axum::extract::{FromRequest, Request};
use postern_protocol::{
    digest::{Digest, sha256},
    error_code::ErrorCode,
    id::LinkId,
    wire::authorization::Authorization,
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A call of somebody who says to have given the right factor.
pub struct SessionCall<T> {
    /// The link.
    pub lid: LinkId,
    token_sha256: Digest,
    host: String,
    /// What was sent.
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for SessionCall<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let Some(Authorization::Session { lid, token }) = Authorization::parse(header_of(request.headers())?)
        else {
            return Err(ErrorCode::AuthorizationMissing.into());
        };
        service.limiter.link(&lid)?;
        let call = raw_call(request).await?;
        Ok(Self { lid, token_sha256: sha256(&token.0), host: call.host(), body: json_of(&call)? })
    }
}

impl<T> SessionCall<T> {
    /// The session and its link, while both live.
    ///
    /// # Errors
    /// `session-ended`, or the store's.
    pub async fn session(
        &self,
        service: &Service,
        transaction: &mut dyn Transaction,
    ) -> Result<(Session, Link), Refusal> {
        let now = service.now();
        let session = transaction.session(&self.token_sha256, &self.lid).await?;
        let session = session.filter(|session| session.live(now)).ok_or(ErrorCode::SessionEnded)?;
        let link = transaction.link(&self.lid).await?.ok_or(ErrorCode::SessionEnded)?;
        let clinic = service.clinic_at(transaction, &self.host).await?;
        let here = clinic.is_some_and(|clinic| clinic.public.id == link.clinic);
        // Locked stops new tries, not a session that was opened before.
        match link.standing(now) {
            Standing::Active | Standing::Locked if here => Ok((session, link)),
            _ => Err(ErrorCode::SessionEnded.into()),
        }
    }
}
