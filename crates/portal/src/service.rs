//! What every call works with.

use crate::{
    code_life::key_id,
    folder::{AuditMark, KeyRing, StateFolder},
    limits::Limiter,
    log::{self, Cause, Line},
    metrics::Metrics,
    randomness::Randomness,
    readiness::Readiness,
    refusal::Refusal,
    sealing::Key,
    shell::AppFiles,
    store::{Clinic, Epoch, LinkKeyStore, Store, StoreError, Transaction},
};
use postern_protocol::{
    error_code::ErrorCode,
    factor::FactorKind,
    id::{ClinicId, LinkId},
    time::{Clock, Timestamp},
};
use rand_chacha::ChaCha20Rng;
use std::sync::Arc;
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

/// The portal's parts, shared by every call. A node keeps no state of its own beyond them.
pub struct Service {
    /// The state folder.
    pub folder: StateFolder,
    /// How much of everything.
    pub limiter: Limiter,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether the portal can do its work.
    pub readiness: Readiness,
    /// The main store.
    pub store: Arc<dyn Store>,
    /// The link keys.
    pub link_keys: Arc<dyn LinkKeyStore>,
    /// Long-term keys.
    pub keys: KeyRing,
    /// `https://HOST`: `iss` of receipts, `aud` of desk tokens.
    pub origin: String,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub randomness: Arc<Randomness>,
    /// How far the audit log came.
    pub mark: AuditMark,
    /// Woken when an event was committed by this node.
    pub fed: Notify,
    /// Turns true when the portal is to stop: waiting calls answer at once.
    pub stopping: watch::Receiver<bool>,
    /// Every host name is that of the one clinic.
    pub any_host: bool,
    /// The built app.
    pub app: AppFiles,
}

impl Service {
    /// The present moment, by the portal's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A generator for this call.
    pub fn rng(&self) -> ChaCha20Rng {
        self.randomness.generator()
    }

    /// Commits, notes how far the audit log came, and wakes the desks that wait.
    ///
    /// # Errors
    /// The store's. Where only the mark cannot be written, the rows are durable and the call succeeds.
    pub async fn commit(&self, transaction: Box<dyn Transaction>) -> Result<(), Refusal> {
        let began = Instant::now();
        let committed = transaction.commit().await?;
        self.metrics.committed(began.elapsed());
        if let Some(head) = committed.audit
            && let Err(error) = self.mark.advance(head)
        {
            log::write(&Line::MarkFailed(&Cause::from(&error)));
        }
        if committed.fed {
            self.fed.notify_waiters();
        }
        Ok(())
    }

    /// The clinic of a host name.
    ///
    /// # Errors
    /// The store's.
    pub async fn clinic_at(
        &self,
        transaction: &mut dyn Transaction,
        host: &str,
    ) -> Result<Option<Clinic>, Refusal> {
        if self.any_host {
            return Ok(transaction.clinics().await?.into_iter().next());
        }
        Ok(transaction.clinic_at(host).await?)
    }

    /// This life of the store. Asked anew in each transaction: another node may have noticed a restore meanwhile.
    ///
    /// # Errors
    /// The store's.
    pub async fn epoch(&self, transaction: &mut dyn Transaction) -> Result<Epoch, Refusal> {
        Ok(transaction.epoch().await?.ok_or(StoreError::Inconsistent("epoch"))?)
    }

    /// Refuses what must wait until the clinic's desk has told the state of its links.
    ///
    /// # Errors
    /// `resync-required`.
    pub async fn refuse_unsynced(
        &self,
        transaction: &mut dyn Transaction,
        clinic: &ClinicId,
    ) -> Result<(), Refusal> {
        let epoch = self.epoch(transaction).await?;
        let clinic = transaction.clinic(clinic).await?;
        if clinic.is_some_and(|clinic| clinic.synced == epoch) {
            Ok(())
        } else {
            Err(ErrorCode::ResyncRequired.into())
        }
    }

    /// The key that a slot of a live link is sealed under.
    ///
    /// # Errors
    /// `unavailable` where it is missing: nothing was counted.
    pub async fn slot_key(&self, lid: &LinkId, slot: u16, factor: FactorKind) -> Result<Key, Refusal> {
        let key = self.link_keys.get(&key_id(lid, slot, factor)).await?;
        key.ok_or_else(|| ErrorCode::Unavailable.into())
    }
}
