//! The last step: one text to the transport. Then link secret and text are wiped; the desk keeps the link's id, the key of its
//! link records and the content key.

use super::{error::Obstacle, job::Job, upload::Failure};
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    patients::number,
    refusal::Refusal,
    rules,
    store::StoreError,
    transport::{Sms, Transport},
};

impl Desk {
    /// Hands the text over, unless its number was closed to texts since the decision.
    pub(crate) async fn hand_over(
        &self,
        transport: &dyn Transport,
        job: &Job,
    ) -> Result<Option<Refusal>, Failure> {
        let mut connection = self.store.read().acquire().await?;
        let standing = rules::book::read(&mut connection, &self.vault, &job.number_key).await?;
        drop(connection);
        let not_live = self.not_live(transport).await?;
        if let Some(refusal) = number::refusals(&standing).into_iter().next().or(not_live) {
            return Ok(Some(refusal));
        }
        let pending = job.pending.as_ref().ok_or(StoreError::Inconsistent("outbox.sealed"))?;
        let now = self.now();
        let sms = Sms { n: job.n, to: pending.to.clone(), text: pending.text.clone(), at: now, lid: job.lid };
        transport.hand_over(&sms).await.map_err(|error| Failure::Obstacle(Obstacle::Transport(error)))?;

        let mut write = self.store.write().await?;
        sqlx::query("UPDATE outbox SET step = 'handed', sealed = NULL WHERE n = ?")
            .bind(job.n)
            .execute(&mut *write)
            .await?;
        sqlx::query("UPDATE message SET handed_at = ? WHERE mid = ? AND handed_at IS NULL")
            .bind(now.0)
            .bind(job.mid.to_text())
            .execute(&mut *write)
            .await?;
        let what = serde_json::json!({ "mid": job.mid, "outbox": job.n });
        let entry = Entry { at: now, actor: Actor::Desk, kind: "text-handed-over", lid: Some(job.lid), what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        self.store.forget().await?;
        Ok(None)
    }
}
