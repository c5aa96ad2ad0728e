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
    desk_token::{self, DeskClaims},
    digest::sha256,
    error_code::ErrorCode,
    id::{ClinicId, LinkId},
    time::Timestamp,
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
#[derive(schemars::JsonSchema)]
pub struct Nothing;

impl<T: DeserializeOwned + Send> FromRequest<Arc<Service>> for DeskCall<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let verified = Verified::call(service, request).await?;
        // A token is spent by a call that could be read: what is refused for its form has changed nothing.
        let body = json_of(&verified.call)?;
        Ok(Self { clinic: verified.spend(service).await?, body })
    }
}

impl FromRequest<Arc<Service>> for DeskCall<Nothing> {
    type Rejection = Refusal;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Refusal> {
        let verified = Verified::call(service, request).await?;
        if !verified.call.body.is_empty() {
            return Err(ErrorCode::MalformedBody.into());
        }
        Ok(Self { clinic: verified.spend(service).await?, body: Nothing })
    }
}

/// A call whose token holds for it and may have been used before.
struct Verified {
    clinic: Clinic,
    token: DeskClaims,
    call: RawCall,
    now: Timestamp,
}

impl Verified {
    async fn call(service: &Service, request: Request) -> Result<Self, Refusal> {
        let token =
            header_of(request.headers())?.strip_prefix("Desk ").ok_or(ErrorCode::AuthorizationMissing)?;
        let issuer = desk_token::issuer(token).ok_or(ErrorCode::DeskTokenRefused)?;
        let token = token.to_owned();
        let call = raw_call(request).await?;
        let now = service.now();
        let clinic = service.store.read().await?.clinic(&issuer).await?.ok_or(ErrorCode::DeskTokenRefused)?;
        let claims =
            desk_token::verify(&token, &clinic.desk_key, now).map_err(|_| ErrorCode::DeskTokenRefused)?;
        let path = call.uri.path_and_query().map_or("", |path| path.as_str());
        let fits = claims.iss == issuer
            && claims.aud == service.origin
            && claims.method == call.method.as_str()
            && claims.path == path
            && claims.body_sha256 == sha256(&call.body);
        if !fits {
            return Err(ErrorCode::DeskTokenRefused.into());
        }
        service.limiter.desk(&issuer)?;
        Ok(Self { clinic, token: claims, call, now })
    }

    async fn spend(self, service: &Service) -> Result<Clinic, Refusal> {
        // Kept in the store until the token's own minute is over, so that a restart does not forget it.
        let until = self.now.plus_seconds(2 * DESK_CLOCK_SECONDS + 1);
        let mut transaction = service.store.write().await?;
        if !transaction.note_desk_token(&self.token.iss, &sha256(&self.token.jti.0), until).await? {
            return Err(ErrorCode::DeskTokenReplayed.into());
        }
        service.commit(transaction).await?;
        Ok(self.clinic)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::{Answer, Kit, desk_request};
    use axum::http::Method;
    use postern_protocol::{desk_token::DeskClaims, keys::SigningKeyPair, wire::desk_feed::FeedPage};

    const PATH: &str = "/api/v1/desk/feed?after=0";

    async fn ask(kit: &Kit, token: &str) -> Answer {
        kit.call(desk_request(Method::GET, "feed?after=0", token, Vec::new())).await
    }

    #[tokio::test]
    async fn a_token_is_taken_once_even_after_a_restart() {
        let mut kit = Kit::new().await;
        let token = kit.token(&Method::GET, PATH, b"");
        let _: FeedPage = ask(&kit, &token).await.json();
        assert_eq!(ask(&kit, &token).await.code(), ErrorCode::DeskTokenReplayed);
        kit.restart().await;
        kit.pass(60);
        kit.sweep().await;
        assert_eq!(ask(&kit, &token).await.code(), ErrorCode::DeskTokenReplayed);
    }

    #[tokio::test]
    async fn a_token_from_the_future_is_remembered_until_its_minute_is_over() {
        let mut kit = Kit::new().await;
        let mut claims = kit.claims(&Method::GET, PATH, b"");
        claims.iat += 60;
        let token = desk_token::sign(&kit.oak.desk_key, &claims);
        let _: FeedPage = ask(&kit, &token).await.json();
        kit.pass(120);
        kit.sweep().await;
        assert_eq!(ask(&kit, &token).await.code(), ErrorCode::DeskTokenReplayed);
        kit.pass(1);
        kit.sweep().await;
        assert_eq!(ask(&kit, &token).await.code(), ErrorCode::DeskTokenRefused);
    }

    #[tokio::test]
    async fn a_token_holds_for_its_own_request_alone() {
        let mut kit = Kit::new().await;
        let elm = kit.enrol("elm").await;
        let changes: [fn(&mut DeskClaims); 6] = [
            |claims| claims.aud = "https://another.example".to_owned(),
            |claims| claims.method = "POST".to_owned(),
            |claims| claims.path = "/api/v1/desk/feed?after=1".to_owned(),
            |claims| claims.body_sha256 = sha256(b"{}"),
            |claims| claims.iat -= 61,
            |claims| claims.iss = ClinicId::new("elm").unwrap(),
        ];
        for change in changes {
            let mut claims = kit.claims(&Method::GET, PATH, b"");
            change(&mut claims);
            let token = desk_token::sign(&kit.oak.desk_key, &claims);
            assert_eq!(ask(&kit, &token).await.code(), ErrorCode::DeskTokenRefused, "{claims:?}");
        }
        let claims = kit.claims(&Method::GET, PATH, b"");
        for key in [&elm.desk_key, &SigningKeyPair::generate(&mut kit.rng)] {
            let token = desk_token::sign(key, &claims);
            assert_eq!(ask(&kit, &token).await.code(), ErrorCode::DeskTokenRefused);
        }
        assert_eq!(ask(&kit, "nonsense").await.code(), ErrorCode::DeskTokenRefused);
    }

    #[tokio::test]
    async fn every_call_reaches_only_links_of_its_own_clinic() {
        let mut kit = Kit::new().await;
        let sent = kit.send().await;
        let elm = kit.enrol("elm").await;
        let oak = std::mem::replace(&mut kit.oak, elm);
        for (method, rest) in [(Method::POST, "/recall"), (Method::POST, "/close"), (Method::POST, "/unlock")]
        {
            let answer = kit.desk(method, &sent.path(rest), &serde_json::json!({})).await;
            assert_eq!(answer.code(), ErrorCode::LinkUnknown, "{rest}");
        }
        let answer = kit.desk(Method::PUT, &sent.path(""), &sent.request.clone()).await;
        assert_eq!(answer.code(), ErrorCode::LinkUnknown);
        let answer = kit.desk(Method::POST, &sent.path("/envelopes"), &sent.envelope.clone()).await;
        assert_eq!(answer.code(), ErrorCode::LinkUnknown);
        assert_eq!(kit.put_slot(&sent, 1).await.code(), ErrorCode::LinkUnknown);
        assert_eq!(kit.ask_evaluation(&sent, 2, vec![0; 33]).await.code(), ErrorCode::LinkUnknown);
        let link = serde_json::json!({ "lid": sent.lid, "state": "recalled", "used": 9 });
        let epoch = kit.feed(0).await.epoch;
        let sync = serde_json::json!({ "epoch": epoch, "links": [link], "more": false });
        kit.desk(Method::POST, "sync", &sync).await.json::<serde_json::Value>();
        assert!(kit.feed(0).await.events.is_empty());
        kit.oak = oak;
        kit.open(&sent, 1).await;
        assert_eq!(kit.tries_left(&sent).await, 10);
    }
}
