//! The last step: one text to the transport. Then link secret and text are wiped; the desk keeps the link's id, the key of its
//! link records and the content key.

use super::{error::Obstacle, job::Job, remind, upload::Failure};
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    refusal::Refusal,
    rules,
    store::StoreError,
    transport::{Sms, Transport},
    trouble::Trouble,
};

impl Desk {
    /// Hands the text over, unless something was said since the decision that stands against it. What only
    /// passes, such as a night, it waits for.
    pub(crate) async fn hand_over(
        &self,
        transport: &dyn Transport,
        job: &Job,
    ) -> Result<Option<Refusal>, Failure> {
        if let Some(refusal) = self.not_live(transport).await? {
            return Ok(Some(refusal));
        }
        let pending = job.pending.as_ref().ok_or(StoreError::Inconsistent("outbox.sealed"))?;
        let Some(asked) = &pending.asked else {
            let reason = "An earlier version of this program decided it, by other rules";
            return Ok(Some(Refusal::new("send-stale", reason, "Send it again.")));
        };
        let mut connection = self.store.read().acquire().await?;
        let standing = rules::book::read(&mut connection, &self.vault, &job.number_key).await?;
        let reminds: Option<String> = sqlx::query_scalar("SELECT reminds FROM message WHERE mid = ?")
            .bind(job.mid.to_text())
            .fetch_one(&mut *connection)
            .await?;
        if let Some(reminded) = reminds
            && !remind::is_unread(&mut connection, &reminded, self.now()).await?
        {
            return Ok(Some(remind::needless()));
        }
        drop(connection);
        let policy = self.policy().await?;
        for asked in std::iter::once(asked).chain(pending.also.iter().map(|also| &also.asked)) {
            let asked = self.asked_now(asked, &standing, &policy).await?;
            let still = rules::decide::still(&policy, &standing, &asked, &job.mid.to_text(), self.now());
            let Err(denied) = still else { continue };
            let lasting = denied.refused.iter().find(|one| !one.passes());
            return match lasting {
                Some(refused) => Ok(Some(refused.refusal(None))),
                None => Err(Failure::Obstacle(Obstacle::Rules(denied.refusals()))),
            };
        }
        let now = self.now();
        let sms =
            Sms { n: job.n, to: pending.to.clone(), text: pending.text.clone(), at: now, lid: Some(job.lid) };
        transport.hand_over(&sms).await.map_err(|error| Failure::Obstacle(Obstacle::Transport(error)))?;

        let mut write = self.store.write().await?;
        sqlx::query("UPDATE outbox SET step = 'handed', sealed = NULL WHERE n = ?")
            .bind(job.n)
            .execute(&mut *write)
            .await?;
        sqlx::query("UPDATE message SET handed_at = ? WHERE lid = ? AND handed_at IS NULL")
            .bind(now.0)
            .bind(job.lid.to_text())
            .execute(&mut *write)
            .await?;
        let what = serde_json::json!({ "mid": job.mid, "outbox": job.n });
        let entry = Entry { at: now, actor: Actor::Desk, kind: "text-handed-over", lid: Some(job.lid), what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        self.store.forget().await?;
        Ok(None)
    }

    /// The same question today: somebody may have come of age over night.
    async fn asked_now(
        &self,
        asked: &rules::Request,
        standing: &rules::Standing,
        policy: &rules::Policy,
    ) -> Result<rules::Request, Trouble> {
        let mut asked = asked.clone();
        if standing.has_consent_for_child(&asked.person) {
            let kept = self.patient(&asked.person).await?.ok_or(StoreError::Inconsistent("outbox.sealed"))?;
            asked.of_age = self.is_of_age(&kept, policy, self.now());
        }
        Ok(asked)
    }
}
