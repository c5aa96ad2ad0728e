//! What the portal publishes to everybody.

use super::{client::PortalClient, error::PortalError, exchange::Request};
use serde::Deserialize;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// Of `/.well-known/jwks.json` only what a desk needs: the rest is for everybody else.
#[derive(Deserialize)]
struct KeySet {
    postern_signed: String,
}

impl PortalClient {
    /// The portal's signed statement of its keys, as it came.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub async fn signed_keys(&self) -> Result<String, PortalError> {
        let request = Request {
            method: "GET",
            path: "/.well-known/jwks.json".to_owned(),
            authorization: String::new(),
            body: None,
            patience: PATIENCE,
        };
        let answer = self.exchange.exchange(request).await?;
        let wrong = || PortalError::Answer { call: "keys", status: answer.status };
        if answer.status != 200 {
            return Err(wrong());
        }
        let set: KeySet = serde_json::from_slice(&answer.body).map_err(|_| wrong())?;
        Ok(set.postern_signed)
    }
}
