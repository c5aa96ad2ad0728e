use super::header_of;
use crate::{
    http::{json_of, raw_call},
    refusal::Refusal,
    service::Service,
    store::{Clinic, Link, Standing, Transaction},
};
use axum::extract::{FromRequest, Request};
use postern_protocol::{
    base64url::FixedBytes,
    digest::{Digest, sha256},
    error_code::ErrorCode,
    id::LinkId,
    wire::authorization::Authorization,
};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// A call of somebody who says to hold a link.
pub struct LinkCall<T> {
    /// The link.
    pub lid: LinkId,
    claim_sha256: Digest,
    host: String,
    /// What was sent.
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for LinkCall<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let Some(Authorization::Link { lid, claim }) = Authorization::parse(header_of(request.headers())?)
        else {
            return Err(ErrorCode::AuthorizationMissing.into());
        };
        service.limiter.link(&lid)?;
        let call = raw_call(request).await?;
        Ok(Self { lid, claim_sha256: sha256(&claim.0), host: call.host(), body: json_of(&call)? })
    }
}

impl<T> LinkCall<T> {
    /// The link and its clinic, if the claim is right. Unknown, new, another host's and a wrong claim are one answer
    /// after the same work.
    ///
    /// # Errors
    /// `link-unknown`, or the store's.
    pub async fn link(
        &self,
        service: &Service,
        transaction: &mut dyn Transaction,
    ) -> Result<(Link, Clinic), Refusal> {
        let clinic = service.clinic_at(transaction, &self.host).await?;
        let link = transaction.link(&self.lid).await?;
        let stored = link.as_ref().map_or(FixedBytes([0; 32]), |link| link.claim_sha256);
        let right = bool::from(stored.0.ct_eq(&self.claim_sha256.0));
        match (link, clinic) {
            (Some(link), Some(clinic))
                if right
                    && link.clinic == clinic.public.id
                    && link.standing(service.now()) != Standing::New =>
            {
                Ok((link, clinic))
            }
            _ => Err(ErrorCode::LinkUnknown.into()),
        }
    }
}
