//! A message to a number of which nothing shows yet that it is the patient's: the number text goes first, the message waits, goes
//! by itself once the number is confirmed, and returns to the clinic after the policy's days.

use super::{Sent, decide::Origin, error::SendError, notice::Notice, plan::Plan, request::SendRequest};
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    portal::PortalClient,
    rules::{self, Policy},
    store::StoreError,
    texts::template::Template,
    transport::Transport,
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{category::Category, time::Timestamp};
use serde_json::json;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// When what waits since then returns.
pub(crate) fn returns_at(policy: &Policy, since: Timestamp) -> Timestamp {
    since.plus_seconds(i64::from(policy.waits_days) * DAY_SECONDS)
}

struct Row {
    request_key: String,
    request: SendRequest,
    since: Timestamp,
}

impl Desk {
    /// Keeps the message and asks about the number, in one transaction; then hands the question over.
    pub(crate) async fn wait_for_number(
        &self,
        transport: &dyn Transport,
        plan: &Plan,
        request: &SendRequest,
        request_key: &str,
    ) -> Result<Sent, SendError> {
        let kept = plan.addressee.kept().ok_or(StoreError::Inconsistent("patient"))?;
        let number = kept.person.number.as_deref().ok_or(StoreError::Inconsistent("patient.sealed"))?;
        let number_key = self.number_key(number);
        let now = self.now();
        let mut write = self.store.write().await?;
        let since: Option<i64> = sqlx::query_scalar(
            "SELECT since FROM waiting_send WHERE request_key = ? AND returned_at IS NULL",
        )
        .bind(request_key)
        .fetch_optional(&mut *write)
        .await?;
        if since.is_none() {
            let place = Place::new("waiting_send", "sealed", request_key);
            let sealed = self.vault.seal_json(&mut self.rng(), place, request);
            // Asked for again after it was returned: it waits anew.
            sqlx::query(
                "INSERT OR REPLACE INTO waiting_send (request_key, idempotency_key, number_key, patient_key, sealed, since)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(request_key)
            .bind(request.idempotency_key.as_deref().map(|key| self.vault.index("idempotency", key)))
            .bind(&number_key)
            .bind(&kept.patient_key)
            .bind(sealed)
            .bind(now.0)
            .execute(&mut *write)
            .await?;
            let what = json!({ "patient": kept.person.id });
            let entry = self.staff_entry(now, "send-waits", None, what);
            ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        }
        let asked = rules::Request {
            person: kept.person.id.clone(),
            category: Category::Security,
            kind: rules::Kind::Number,
            zone: plan.asked.as_ref().and_then(|asked| asked.zone.clone()),
            of_age: false,
        };
        let notice = Notice {
            number,
            number_key: &number_key,
            language: kept.person.language.as_deref(),
            template: Template::Number,
            scope: None,
            most: None,
            asked,
        };
        self.decide_notice(&mut write, &plan.policy, notice).await?;
        write.commit().await?;
        self.hand_over_notices(transport).await?;
        let since = since.map_or(now, Timestamp);
        Err(SendError::Waiting { returns_at: returns_at(&plan.policy, since) })
    }

    /// Sends what waited and may go now; returns what waited too long or may not go any more.
    pub(crate) async fn release_waiting(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
    ) -> Result<Vec<Result<Sent, SendError>>, SendError> {
        let policy = self.policy().await?;
        let mut done = Vec::new();
        for Row { request_key, request, since } in self.waiting_rows().await? {
            let plan = self.plan(&request).await?;
            // Only the rules can change for the better by themselves.
            let passes = match &plan.decided {
                Some(Err(denied)) => {
                    denied.refused.len() == plan.refusals.len()
                        && denied.refused.iter().all(|one| one.passes() || one.waits_for_confirmation())
                }
                _ => false,
            };
            let refusals = match plan.ready() {
                Ok(ready) => {
                    match self.decide(ready, &request, &request_key, Origin::Waited).await {
                        Ok(n) => done.push(self.carry_on(portal, transport, n, true).await),
                        // Something was said between plan and decision: the next round finds it in its plan.
                        Err(SendError::Refused(_)) => {}
                        Err(error) => return Err(error),
                    }
                    continue;
                }
                Err(refusals) => refusals,
            };
            let late = self.now() >= returns_at(&policy, since);
            if late || !passes {
                let why = refusals.first().map_or("unknown", |one| one.code);
                self.return_waiting(&request_key, &request, why).await?;
                done.push(Err(SendError::Refused(refusals)));
            }
        }
        Ok(done)
    }

    /// The message that waits under an idempotency key.
    pub(crate) async fn waiting_under(&self, key: Option<&str>) -> Result<Option<SendRequest>, Trouble> {
        let Some(key) = key else { return Ok(None) };
        let found: Option<(String, Vec<u8>)> = sqlx::query_as(
            "SELECT request_key, sealed FROM waiting_send WHERE idempotency_key = ? AND returned_at IS NULL",
        )
        .bind(self.vault.index("idempotency", key))
        .fetch_optional(self.store.read())
        .await?;
        found.map(|(row, sealed)| self.open_waiting(&row, &sealed)).transpose()
    }

    /// What waits in a row.
    pub(crate) fn open_waiting(&self, request_key: &str, sealed: &[u8]) -> Result<SendRequest, Trouble> {
        Ok(self.vault.open_json(Place::new("waiting_send", "sealed", request_key), sealed)?)
    }

    async fn waiting_rows(&self) -> Result<Vec<Row>, Trouble> {
        let rows: Vec<(String, Vec<u8>, i64)> = sqlx::query_as(
            "SELECT request_key, sealed, since FROM waiting_send WHERE returned_at IS NULL ORDER BY since, rowid",
        )
        .fetch_all(self.store.read())
        .await?;
        let open = |(request_key, sealed, since): (String, Vec<u8>, i64)| {
            let request = self.open_waiting(&request_key, &sealed)?;
            Ok(Row { request_key, request, since: Timestamp(since) })
        };
        rows.into_iter().map(open).collect()
    }

    async fn return_waiting(
        &self,
        request_key: &str,
        request: &SendRequest,
        why: &'static str,
    ) -> Result<(), Trouble> {
        let now = self.now();
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE waiting_send SET returned_at = ?, why = ? WHERE request_key = ?")
            .bind(now.0)
            .bind(why)
            .bind(request_key)
            .execute(&mut *write)
            .await?;
        let what = json!({ "patient": request.to, "why": why });
        let entry = Entry { at: now, actor: Actor::Desk, kind: "send-returned", lid: None, what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        write.commit().await?;
        Ok(())
    }
}
