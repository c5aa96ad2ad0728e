//! One reminder of a message that nobody opened: the same content once more under a link of its own that ends with the first, since
//! the desk no longer has the first link's secret. It passes the rules as any other text.

use super::{
    Sent,
    decide::{KeptMessage, Origin},
    error::SendError,
    expiry::Expiry,
    request::{Also, Content, SendRequest},
};
use crate::{
    desk::Desk,
    ending::{self, Ending},
    ledger::{self, Actor, Entry},
    portal::PortalClient,
    refusal::Refusal,
    send::job,
    store::{Connection, StoreError},
    transport::Transport,
    trouble::Trouble,
    vault::Place,
};
use postern_fhir::{Bundle, Consent, instant};
use postern_protocol::{id::LinkId, record::RecordKind, time::Timestamp};
use serde_json::{Value, json};

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// What makes a message one that nobody opened, also not as an answer in an open page, and that can still be opened.
macro_rules! unread {
    () => {
        "message.handed_at IS NOT NULL AND message.read_at IS NULL AND link.state = 'active'
         AND link.opened_at IS NULL AND link.verified_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM record WHERE record.lid = link.lid)
         AND NOT EXISTS (SELECT 1 FROM link_record WHERE link_record.lid = link.lid)
         AND NOT EXISTS (SELECT 1 FROM answer JOIN message AS thread USING (mid)
           WHERE answer.text_mid = message.mid AND thread.read_at IS NOT NULL)"
    };
}

/// That a reminder is not needed any more.
pub(crate) fn needless() -> Refusal {
    Refusal::new(
        "reminder-needless",
        "The message was opened, answered or ended meanwhile",
        "Nothing is to be done.",
    )
}

/// Whether nobody opened the message and it can still be opened.
pub(crate) async fn is_unread(
    connection: &mut Connection,
    mid: &str,
    now: Timestamp,
) -> Result<bool, Trouble> {
    let found: Option<i64> = sqlx::query_scalar(concat!(
        "SELECT 1 FROM message JOIN link USING (lid) WHERE message.mid = ? AND link.expires_at > ? AND ",
        unread!()
    ))
    .bind(mid)
    .bind(now.0)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

#[derive(sqlx::FromRow)]
struct Row {
    mid: String,
    lid: String,
    patient_key: String,
    number_key: String,
    helper_key: Option<String>,
    template: String,
    kinds: String,
    category: Option<String>,
    sealed: Vec<u8>,
    expires_at: i64,
}

impl Desk {
    /// Reminds of what is due, as far as the rules allow it now. What they forbid for good is never reminded of.
    pub(crate) async fn remind(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
    ) -> Result<Vec<Result<Sent, SendError>>, SendError> {
        let mut done = Vec::new();
        for row in self.reminders_due().await? {
            let request = match self.reminder(&row).await? {
                Ok(request) => request,
                Err(why) => {
                    self.never_remind(&row, why.code).await?;
                    continue;
                }
            };
            let plan = self.plan(&request).await?;
            let passes = plan.decided.as_ref().and_then(|decided| decided.as_ref().err());
            let passes = passes.filter(|denied| denied.refused.len() == plan.refusals.len());
            let later = passes.and_then(|denied| denied.may_go_at);
            match (plan.ready(), later) {
                (Ok(ready), _) => {
                    let request_key = self.vault.index("reminder", &row.mid);
                    match self.decide(ready, &request, &request_key, Origin::Reminds(&row.mid)).await {
                        Ok(n) => done.push(self.carry_on(portal, transport, n, false).await),
                        // Something was said between plan and decision: the next round sees it.
                        Err(SendError::Refused(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                (Err(_), Some(at)) if at.0 < row.expires_at => self.remind_later(&row.mid, at).await?,
                (Err(refusals), _) => {
                    self.never_remind(&row, refusals.first().map_or("unknown", |one| one.code)).await?;
                }
            }
        }
        Ok(done)
    }

    async fn reminders_due(&self) -> Result<Vec<Row>, Trouble> {
        let days = self.policy().await?.reminder_days;
        if days == 0 {
            return Ok(Vec::new());
        }
        let now = self.now();
        Ok(sqlx::query_as(concat!(
            "SELECT message.mid, message.lid, patient_key, number_key, helper_key, template, kinds, category, message.sealed, expires_at
             FROM link JOIN message USING (lid)
             WHERE message.handed_at <= ?1 AND coalesce(message.remind_at, 0) <= ?2 AND link.expires_at > ?2
             AND message.n = 1 AND message.reminds IS NULL AND message.not_reminded IS NULL
             AND NOT EXISTS (SELECT 1 FROM message AS reminder WHERE reminder.reminds = message.mid) AND ",
            unread!(),
            " ORDER BY message.handed_at, message.rowid"
        ))
        .bind(now.plus_seconds(-DAY_SECONDS * i64::from(days)).0)
        .bind(now.0)
        .fetch_all(self.store.read())
        .await?)
    }

    /// The same message once more, to the same number, until the first link's end.
    async fn reminder(&self, row: &Row) -> Result<Result<SendRequest, Refusal>, Trouble> {
        let damaged = |what| StoreError::Inconsistent(what);
        let kept: KeptMessage =
            self.vault.open_json(Place::new("message", "sealed", &row.mid), &row.sealed)?;
        let reached = self.patient_reached(&row.patient_key, row.helper_key.as_deref()).await?;
        let reached = reached.ok_or(damaged("link.patient_key"))?;
        let helper = reached.helper.as_ref().map(|helper| helper.helper.id.clone());
        let person = reached.person;
        let number_key = person.number.as_deref().map(|number| self.number_key(number));
        if number_key.as_deref() != Some(row.number_key.as_str()) {
            return Ok(Err(Refusal::new(
                "number-changed",
                "The patient has another number now",
                "Send the message anew.",
            )));
        }
        let seconds = (row.expires_at - self.now().0) / 1000;
        let Ok(expires) = Expiry::from_seconds(seconds) else {
            return Ok(Err(needless()));
        };
        let bundle = Bundle::read(&(&kept.bundle).into()).map_err(|_| damaged("message.sealed"))?;
        let over = |start: &str| instant::parse(start).is_ok_and(|start| start.milliseconds <= self.now().0);
        if bundle.appointments().any(|visit| visit.start.as_deref().is_some_and(over)) {
            return Ok(Err(needless()));
        }
        let offers: Vec<RecordKind> =
            serde_json::from_str(&row.kinds).map_err(|_| damaged("message.kinds"))?;
        let category = row.category.as_deref().map(str::parse).transpose();
        Ok(Ok(SendRequest {
            template: Some(row.template.parse().map_err(|_| damaged("message.template"))?),
            expires,
            no_reply: !offers.contains(&RecordKind::Communication),
            offers: Some(offers),
            category: category.map_err(|_| damaged("message.category"))?,
            helper,
            also: self.also_on(&row.lid).await?,
            ..SendRequest::new(person.id, Content::Bundle(without_pages(kept.bundle)))
        }))
    }

    /// The messages about others on the link of a message.
    async fn also_on(&self, lid: &str) -> Result<Vec<Also>, Trouble> {
        let rows: Vec<(String, String, Vec<u8>)> = sqlx::query_as(
            "SELECT mid, about_key, sealed FROM message WHERE lid = ? AND about_key IS NOT NULL ORDER BY n",
        )
        .bind(lid)
        .fetch_all(self.store.read())
        .await?;
        let mut also = Vec::with_capacity(rows.len());
        for (mid, about_key, sealed) in rows {
            let kept: KeptMessage = self.vault.open_json(Place::new("message", "sealed", &mid), &sealed)?;
            let patient = self.patient_by_key(&about_key).await?;
            let to = patient.ok_or(StoreError::Inconsistent("message.about_key"))?.person.id;
            also.push(Also { to, content: Content::Bundle(without_pages(kept.bundle)) });
        }
        Ok(also)
    }

    async fn remind_later(&self, mid: &str, at: Timestamp) -> Result<(), Trouble> {
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE message SET remind_at = ? WHERE mid = ?")
            .bind(at.0)
            .bind(mid)
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }

    async fn never_remind(&self, row: &Row, why: &'static str) -> Result<(), Trouble> {
        let mut write = self.store.write().await?;
        let lid: String =
            sqlx::query_scalar("UPDATE message SET not_reminded = ? WHERE mid = ? RETURNING lid")
                .bind(why)
                .bind(&row.mid)
                .fetch_one(&mut *write)
                .await?;
        let lid = lid.parse().map_err(|_| StoreError::Inconsistent("message.lid"))?;
        let what = json!({ "mid": row.mid, "why": why });
        let entry =
            Entry { at: self.now(), actor: Actor::Desk, kind: "reminder-refused", lid: Some(lid), what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        Ok(write.commit().await?)
    }

    /// The other link of the same content closes once one was answered, so that nobody answers twice.
    pub(crate) async fn close_twins(
        &self,
        connection: &mut Connection,
        answered: &LinkId,
    ) -> Result<(), Trouble> {
        let now = self.now();
        for lid in twins(&mut *connection, answered).await? {
            if ending::begin(&mut *connection, &lid, Ending::Close, now).await? {
                job::abandon(&mut *connection, &lid, now).await?;
                let what = json!({ "answered_on": answered });
                let entry = Entry { at: now, actor: Actor::Desk, kind: "link-closed", lid: Some(lid), what };
                ledger::append(&mut *connection, &self.vault, &mut self.rng(), entry).await?;
            }
        }
        Ok(())
    }
}

/// The links of a message and its reminder belong together: the others of this one.
pub(crate) async fn twins(connection: &mut Connection, lid: &LinkId) -> Result<Vec<LinkId>, StoreError> {
    let found: Vec<String> = sqlx::query_scalar(
        "SELECT other.lid FROM message JOIN message AS other ON other.reminds = message.mid WHERE message.lid = ?1
         UNION SELECT other.lid FROM message JOIN message AS other ON message.reminds = other.mid WHERE message.lid = ?1",
    )
    .bind(lid.to_text())
    .fetch_all(connection)
    .await?;
    found.iter().map(|lid| lid.parse().map_err(|_| StoreError::Inconsistent("message.lid"))).collect()
}

/// A consent's pages, how the texts stand and when replies are read are made anew with each message.
fn without_pages(mut bundle: Value) -> Value {
    if let Some(entries) = bundle.get_mut("entry").and_then(Value::as_array_mut) {
        let is_made = |entry: &Value| {
            let kind = entry["resource"]["resourceType"].as_str();
            matches!(kind, Some("Parameters" | "HealthcareService"))
        };
        entries.retain(|entry| !is_made(entry));
    }
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten();
    for resource in entries.filter_map(|entry| entry.get_mut("resource")) {
        if let Ok(consent) = Consent::read(&(&*resource).into()) {
            *resource = Consent { page: None, take_back_page: None, ..consent }.write().into();
        }
    }
    bundle
}
