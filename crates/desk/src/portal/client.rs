//! The desk's calls, each with its own signed token (PROTOCOL, "Desk auth").

use super::{
    error::PortalError,
    exchange::{Exchange, Request},
};
use crate::{desk::Desk, rng::SharedRng, trouble::Trouble};
use postern_protocol::{
    base64url::Bytes,
    desk_token::{self, DeskClaims},
    digest::sha256,
    error_code::Problem,
    id::{ClinicId, LinkId, random_id},
    keys::SigningKeyPair,
    time::Clock,
    wire::{
        desk_links::{EmptyRequest, EnvelopeRequest, LinkRequest, LinkStatus, SlotRequest},
        desk_policies::{PolicyRequest, PolicyStatus},
        desk_registration::{RegistrationRequest, RegistrationResponse},
        desk_sync::SyncRequest,
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

const PATIENCE: Duration = Duration::from_secs(30);
/// A long poll may take its wait and as long as any other call.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The desk at the portal.
#[derive(Clone)]
pub struct PortalClient {
    pub(super) exchange: Arc<dyn Exchange>,
    clinic: ClinicId,
    audience: String,
    signing: SigningKeyPair,
    clock: Arc<dyn Clock>,
    rng: SharedRng,
}

/// One page of the feed, its events not yet read: one that cannot be read must not keep back the others.
#[derive(Debug, Clone, Deserialize)]
pub struct RawFeedPage {
    /// Random, new after a restore.
    pub epoch: String,
    /// Events as they came.
    pub events: Vec<Value>,
    /// More is there.
    pub more: bool,
}

/// The desk is not pinned to a portal.
#[derive(Debug, thiserror::Error)]
pub enum NoPortal {
    /// Nothing is pinned.
    #[error(
        "this desk knows no portal yet: run `postern desk pin` with the file the portal's `enrol` printed"
    )]
    NotPinned,
    /// Store or vault.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl Desk {
    /// This desk at its pinned portal.
    ///
    /// # Errors
    /// Nothing is pinned, or the store fails.
    pub async fn portal(&self, exchange: Arc<dyn Exchange>) -> Result<PortalClient, NoPortal> {
        let pin = self.portal_pin().await?.ok_or(NoPortal::NotPinned)?;
        Ok(PortalClient {
            exchange,
            clinic: self.clinic.public.id.clone(),
            audience: pin.origin,
            signing: self.signing.clone(),
            clock: self.clock.clone(),
            rng: self.rng(),
        })
    }
}

impl PortalClient {
    /// `PUT links/{lid}`.
    ///
    /// # Errors
    /// See [`PortalError`]; so for every call here.
    pub async fn put_link(&self, lid: &LinkId, request: &LinkRequest) -> Result<LinkStatus, PortalError> {
        self.call("put link", "PUT", &format!("links/{}", lid.to_text()), request).await
    }

    /// `POST registration/start`.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn start_registration(
        &self,
        lid: &LinkId,
        slot: u16,
        request: Vec<u8>,
    ) -> Result<Vec<u8>, PortalError> {
        let request = RegistrationRequest { lid: *lid, slot, request: Bytes(request) };
        let response: RegistrationResponse =
            self.call("start registration", "POST", "registration/start", &request).await?;
        Ok(response.response.0)
    }

    /// `PUT links/{lid}/slots/{n}`.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn put_slot(&self, lid: &LinkId, slot: u16, request: &SlotRequest) -> Result<(), PortalError> {
        let _: Value =
            self.call("put slot", "PUT", &format!("links/{}/slots/{slot}", lid.to_text()), request).await?;
        Ok(())
    }

    /// `POST links/{lid}/envelopes`.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn post_envelope(&self, lid: &LinkId, request: &EnvelopeRequest) -> Result<(), PortalError> {
        let _: Value = self
            .call("post envelope", "POST", &format!("links/{}/envelopes", lid.to_text()), request)
            .await?;
        Ok(())
    }

    /// `POST links/{lid}/recall`.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn recall(&self, lid: &LinkId) -> Result<LinkStatus, PortalError> {
        self.call("recall", "POST", &format!("links/{}/recall", lid.to_text()), &EmptyRequest {}).await
    }

    /// `POST links/{lid}/close`.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn close(&self, lid: &LinkId) -> Result<LinkStatus, PortalError> {
        self.call("close", "POST", &format!("links/{}/close", lid.to_text()), &EmptyRequest {}).await
    }

    /// `POST links/{lid}/unlock`.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn unlock(&self, lid: &LinkId) -> Result<LinkStatus, PortalError> {
        self.call("unlock", "POST", &format!("links/{}/unlock", lid.to_text()), &EmptyRequest {}).await
    }

    /// `PUT policies/{kind}/{version}/{language}`, the last three as `path`.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn put_policy(&self, path: &str, request: &PolicyRequest) -> Result<PolicyStatus, PortalError> {
        self.call("put policy", "PUT", &format!("policies/{path}"), request).await
    }

    /// `POST sync`.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn sync(&self, request: &SyncRequest) -> Result<(), PortalError> {
        let _: Value = self.call("sync", "POST", "sync", request).await?;
        Ok(())
    }

    /// `GET feed?after=&wait=`: waits at most 30 seconds for news.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn feed(&self, after: u64, wait: Duration) -> Result<RawFeedPage, PortalError> {
        let wait = wait.min(LONGEST_WAIT);
        let path = format!("feed?after={after}&wait={}", wait.as_secs());
        self.exchange("feed", "GET", &path, None, PATIENCE + wait).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        call: &'static str,
        method: &'static str,
        path: &str,
        request: &impl Serialize,
    ) -> Result<T, PortalError> {
        let body = serde_json::to_vec(request).expect("wire types are plain JSON");
        self.exchange(call, method, path, Some(body), PATIENCE).await
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        call: &'static str,
        method: &'static str,
        path: &str,
        body: Option<Vec<u8>>,
        patience: Duration,
    ) -> Result<T, PortalError> {
        let path = format!("/api/v1/desk/{path}");
        let claims = DeskClaims {
            iss: self.clinic.clone(),
            aud: self.audience.clone(),
            iat: self.clock.now().seconds(),
            jti: random_id(&mut self.rng.clone()),
            method: method.to_owned(),
            path: path.clone(),
            body_sha256: sha256(body.as_deref().unwrap_or_default()),
        };
        let authorization = format!("Desk {}", desk_token::sign(&self.signing, &claims));
        let answer = self.exchange.exchange(Request { method, path, authorization, body, patience }).await?;
        let wrong = || PortalError::Answer { call, status: answer.status };
        if answer.status == 200 || answer.status == 201 {
            serde_json::from_slice(&answer.body).map_err(|_| wrong())
        } else {
            let problem: Problem = serde_json::from_slice(&answer.body).map_err(|_| wrong())?;
            Err(PortalError::Refused(problem.code))
        }
    }
}
