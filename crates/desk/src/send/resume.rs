//! Going on where a message stopped.

use super::{
    Sent,
    error::{Obstacle, SendError},
    job::{self, Job, Step},
    upload::Failure,
};
use crate::{
    desk::Desk,
    ending,
    ledger::{self, Actor, Entry},
    portal::{PortalClient, PortalError},
    refusal::Refusal,
    rules::Fact,
    transport::Transport,
    trouble::Trouble,
};

/// A text that was decided longer ago than this does not go out any more.
pub(super) const STALE_SECONDS: i64 = 24 * 60 * 60;

impl Desk {
    /// Goes on with every message that is on its way. Gives what became of each.
    ///
    /// # Errors
    /// Store or vault.
    pub async fn resume(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
    ) -> Result<Vec<Result<Sent, SendError>>, SendError> {
        let _alone = self.send_alone().await?;
        let waiting: Vec<i64> =
            sqlx::query_scalar("SELECT n FROM outbox WHERE step NOT IN ('handed', 'abandoned') ORDER BY n")
                .fetch_all(self.store.read())
                .await?;
        let mut done = Vec::with_capacity(waiting.len());
        for n in waiting {
            done.push(self.carry_on(portal, transport, n, true).await);
        }
        // What is not decided yet is not decided either while nothing may go out.
        if self.not_live(transport).await?.is_none() {
            // First: somebody waits before an open page.
            self.answer_code_requests(portal, transport).await?;
            self.hand_over_notices(transport).await?;
            done.extend(self.release_waiting(portal, transport).await?);
            done.extend(self.finish_answers(portal, transport).await?);
            done.extend(self.remind(portal, transport).await?);
        }
        Ok(done)
    }

    pub(crate) async fn carry_on(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
        n: i64,
        repeated: bool,
    ) -> Result<Sent, SendError> {
        let mut job = self.job(n).await?;
        let sent = Sent { lid: job.lid, mid: job.mid, n, expires: job.expires, repeated };
        if job.step == Step::Handed {
            return Ok(sent);
        }
        if job.step != Step::Abandoned && self.now() > job.decided_at.plus_seconds(STALE_SECONDS) {
            let reason = "It was decided more than a day ago";
            return self.give_up(portal, &job, Refusal::new("send-stale", reason, "Send it again.")).await;
        }
        let done = match job.step {
            Step::Abandoned => {
                let why =
                    Refusal::new("send-abandoned", "This message was given up before", "Send it again.");
                return Err(SendError::Abandoned { lid: job.lid, why });
            }
            Step::Decided | Step::Registered => self.upload(portal, &mut job).await,
            Step::Uploaded | Step::Handed => Ok(()),
        };
        let done = match done {
            Ok(()) => self.hand_over(transport, &job).await,
            Err(failure) => Err(failure),
        };
        match done {
            Ok(None) => Ok(sent),
            Ok(Some(refusal)) => self.give_up(portal, &job, refusal).await,
            Err(Failure::Send(error)) => Err(error),
            Err(Failure::Obstacle(Obstacle::Portal(PortalError::Refused(code))))
                if !PortalError::Refused(code).may_pass() =>
            {
                let reason = format!("The portal will not take it: {}", code.as_str());
                self.give_up(
                    portal,
                    &job,
                    Refusal::new("portal-refused", reason, "Look at the portal's log."),
                )
                .await
            }
            Err(Failure::Obstacle(why)) => Err(SendError::NotYet { lid: job.lid, why }),
        }
    }

    async fn give_up(&self, portal: &PortalClient, job: &Job, why: Refusal) -> Result<Sent, SendError> {
        let now = self.now();
        let mut write = self.store.write().await?;
        job::abandon(&mut write, &job.lid, now).await?;
        ending::begin(&mut write, &job.lid, ending::Ending::Recall, now).await?;
        let what = serde_json::json!({ "mid": job.mid, "why": why.code });
        let entry = Entry { at: now, actor: Actor::Desk, kind: "send-abandoned", lid: Some(job.lid), what };
        // Once everything was uploaded, a transport may have taken the text in a call that broke off: it goes on counting.
        if matches!(job.step, Step::Decided | Step::Registered) {
            let fact = Fact::TextReturned { text: job.mid.to_text() };
            self.book_facts(&mut write, &job.number_key, vec![fact], entry).await?;
        } else {
            ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await.map_err(Trouble::from)?;
        }
        write.commit().await?;
        self.store.forget().await?;
        // What the portal does not hear now, the running desk tells it later.
        let _ = self.finish_endings(portal).await;
        Err(SendError::Abandoned { lid: job.lid, why })
    }
}
