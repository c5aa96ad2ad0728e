//! Bringing a decided message to the portal: link, factor, slot, envelope. Every call may be repeated.

use super::{
    error::{Obstacle, SendError},
    job::{Job, Pending, RegisteredSlot},
};
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    portal::{PortalClient, PortalError},
    store::StoreError,
};
use postern_protocol::{
    base64url::Bytes,
    derive::{ContentKey, ContentKeys, LinkKeys},
    envelope::slot,
    error_code::ErrorCode,
    factor::{Factor, Policy},
    link::LinkSecret,
    opaque::client::Registration,
    wire::desk_links::{EnvelopeRequest, LinkRequest, SlotRequest},
};

/// The policy's first level.
const LEVEL: u8 = 1;
/// Crashes between the portal's evaluation and our note of it use up a slot's evaluations; then the next slot is taken.
const LAST_SLOT: u16 = 5;

impl Desk {
    /// Makes the portal hold everything of this message.
    pub(crate) async fn upload(&self, portal: &PortalClient, job: &mut Job) -> Result<(), Failure> {
        let pending = job.pending.clone().ok_or(StoreError::Inconsistent("outbox.sealed"))?;
        let secret = LinkSecret::from_bytes(pending.secret.0);
        let keys = LinkKeys::derive(&secret);
        let link =
            LinkRequest { policy: pending.policy, claim_sha256: keys.claim_sha256(), expires: job.expires };
        portal.put_link(&job.lid, &link).await?;
        // A code is registered when the patient asks for it.
        if pending.policy == Policy::BirthDate {
            let registered = match pending.registered.clone() {
                Some(registered) => registered,
                None => self.register(portal, job, &pending, &secret, &keys).await?,
            };
            let slot = SlotRequest {
                factor: Policy::BirthDate,
                level: LEVEL,
                record: registered.record,
                slot: registered.slot,
            };
            portal.put_slot(&job.lid, job.slot, &slot).await?;
        }
        let envelope = EnvelopeRequest { mid: job.mid, n: pending.n, level: LEVEL, jwe: pending.jwe };
        portal.post_envelope(&job.lid, &envelope).await?;
        for also in pending.also {
            let envelope = EnvelopeRequest { mid: also.mid, n: also.n, level: LEVEL, jwe: also.jwe };
            portal.post_envelope(&job.lid, &envelope).await?;
        }

        let mut write = self.store.write().await?;
        sqlx::query("UPDATE outbox SET step = 'uploaded' WHERE n = ? AND step IN ('decided', 'registered')")
            .bind(job.n)
            .execute(&mut *write)
            .await?;
        sqlx::query("UPDATE link SET state = 'active' WHERE lid = ? AND state = 'new'")
            .bind(job.lid.to_text())
            .execute(&mut *write)
            .await?;
        let what = serde_json::json!({ "mid": job.mid, "slot": job.slot });
        let entry =
            Entry { at: self.now(), actor: Actor::Desk, kind: "send-uploaded", lid: Some(job.lid), what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(())
    }

    /// OPAQUE's registration, the desk as client (RFC 9807 section 5). The result is kept before it is uploaded.
    async fn register(
        &self,
        portal: &PortalClient,
        job: &mut Job,
        pending: &Pending,
        secret: &LinkSecret,
        keys: &LinkKeys,
    ) -> Result<RegisteredSlot, Failure> {
        let mut rng = self.rng();
        let factor = Factor::BirthDate(pending.birth_day()?);
        let (registration, response) = loop {
            let (registration, request) =
                Registration::start(&mut rng, keys, &factor, &self.clinic.public.id);
            match portal.start_registration(&job.lid, job.slot, request).await {
                Ok(response) => break (registration, response),
                Err(PortalError::Refused(ErrorCode::RegistrationClosed)) if job.slot < LAST_SLOT => {
                    job.slot += 1
                }
                Err(error) => return Err(error.into()),
            }
        };
        let registered = registration
            .finish(&mut rng, &response)
            .map_err(|_| Failure::Obstacle(Obstacle::Registration))?;
        let content_keys = ContentKeys::First(ContentKey::from_bytes(pending.content_key.0));
        let slot = slot::seal(&mut rng, &registered.export_key, secret, &job.lid, job.slot, &content_keys);
        let registered = RegisteredSlot { record: Bytes(registered.record), slot };
        let pending = Pending { registered: Some(registered.clone()), ..pending.clone() };
        let mut write = self.store.write().await?;
        sqlx::query(
            "UPDATE outbox SET step = 'registered', slot = ?, sealed = ? WHERE n = ? AND step = 'decided'",
        )
        .bind(job.slot)
        .bind(self.seal_pending(&job.lid, &pending))
        .bind(job.n)
        .execute(&mut *write)
        .await?;
        write.commit().await?;
        Ok(registered)
    }
}

/// A step that did not come to its end.
pub(crate) enum Failure {
    Obstacle(Obstacle),
    Send(SendError),
}

impl From<PortalError> for Failure {
    fn from(error: PortalError) -> Self {
        Self::Obstacle(error.into())
    }
}

impl<E: Into<crate::trouble::Trouble>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Send(SendError::Trouble(error.into()))
    }
}
