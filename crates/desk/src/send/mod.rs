//! Sending one message: checks → keys and link → the portal → one text message.
//!
//! A crash may come between any two steps. What was decided stands in the outbox in the same transaction as the decision, every
//! step writes down what the next needs before it goes on, every call to the portal may be repeated, and the transport takes
//! a text once under its number. So [`Desk::resume`], or the same command again, goes on with the same link.

pub mod action;
mod also;
pub mod content;
pub mod decide;
pub mod dry_run;
pub mod error;
pub mod expiry;
pub mod hand_over;
pub mod job;
pub(crate) mod notice;
pub mod plan;
mod question;
pub mod recipient;
pub mod refused;
pub mod remind;
pub mod request;
pub mod resume;
pub mod upload;
pub mod view;
pub mod waiting;

use crate::{desk::Desk, portal::PortalClient, transport::Transport};
use postern_protocol::{
    id::{LinkId, MessageId},
    time::Timestamp,
};
use serde::Serialize;

use decide::Origin;
pub use dry_run::Preview;
pub use error::SendError;
pub use expiry::Expiry;
pub use request::{Also, Content, SendRequest};

/// A message whose text the transport took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Its link.
    pub lid: LinkId,
    /// The message.
    pub mid: MessageId,
    /// Number of its text in the outbox.
    pub n: i64,
    /// When the link ends by itself.
    pub expires: Timestamp,
    /// It had been sent, or begun, before this call.
    pub repeated: bool,
}

impl Desk {
    /// Sends one message, or goes on with the same one where an earlier call stopped.
    ///
    /// # Errors
    /// Refused with reasons and remedies; or not yet done, and kept to be gone on with.
    pub async fn send(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
        request: &SendRequest,
    ) -> Result<Sent, SendError> {
        if let Some(refusal) = self.not_live(transport).await? {
            return Err(SendError::Refused(vec![refusal]));
        }
        let _alone = self.send_alone().await?;
        self.send_alone_already(portal, transport, request).await
    }

    /// The same for whoever holds the lock and knows that texts may go out.
    pub(crate) async fn send_alone_already(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
        request: &SendRequest,
    ) -> Result<Sent, SendError> {
        // The same key again is the message that waits already, whatever else is said now.
        let waits = self.waiting_under(request.idempotency_key.as_deref()).await?;
        let request = waits.as_ref().unwrap_or(request);
        let request_key = self.request_key(request);
        if let Some(found) = self.find_job(&request_key, request.idempotency_key.as_deref()).await? {
            return self.carry_on(portal, transport, found, true).await;
        }
        let plan = self.plan(request).await?;
        if plan.waits_for_its_number() {
            return self.wait_for_number(transport, &plan, request, &request_key).await;
        }
        if !plan.refusals.is_empty() {
            self.note_refused(&plan, self.now()).await?;
        }
        let ready = plan.ready().map_err(SendError::Refused)?;
        let n = self.decide(ready, request, &request_key, Origin::Staff).await?;
        self.carry_on(portal, transport, n, false).await
    }
}
