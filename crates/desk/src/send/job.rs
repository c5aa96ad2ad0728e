//! A message on its way: one row of the outbox.

use super::error::SendError;
use crate::{
    desk::Desk,
    rules,
    store::{Connection, StoreError},
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{
    base64url::{Bytes, FixedBytes},
    factor::{BirthDate, Policy},
    id::{LinkId, MessageId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Decided; the portal may or may not know of it.
    Decided,
    /// The factor's record is made and kept.
    Registered,
    /// The portal holds everything.
    Uploaded,
    /// The transport took the text.
    Handed,
    /// Given up.
    Abandoned,
}

impl Step {
    fn from_str(text: &str) -> Option<Self> {
        match text {
            "decided" => Some(Self::Decided),
            "registered" => Some(Self::Registered),
            "uploaded" => Some(Self::Uploaded),
            "handed" => Some(Self::Handed),
            "abandoned" => Some(Self::Abandoned),
            _ => None,
        }
    }
}

/// What is needed until the text is handed over; wiped then.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// The link secret.
    pub secret: FixedBytes<16>,
    /// The level's content key.
    pub content_key: FixedBytes<32>,
    /// E.164.
    pub to: String,
    /// The whole text.
    pub text: String,
    /// `YYYY-MM-DD`, the factor.
    pub birth_date: String,
    /// The sealed message.
    pub jwe: String,
    /// Its number on the link.
    pub n: u32,
    /// The factor's record, once it is made.
    pub registered: Option<RegisteredSlot>,
    /// What the patient proves with; what an earlier version decided is by birth date.
    #[serde(default = "by_birth_date")]
    pub policy: Policy,
    /// What the rules were asked; a text that an earlier version decided has none.
    #[serde(default)]
    pub asked: Option<rules::Request>,
    /// The messages that go with it behind the same link.
    #[serde(default)]
    pub also: Vec<PendingAlso>,
}

/// A message that goes with another behind the same link.
#[derive(Clone, Serialize, Deserialize)]
pub struct PendingAlso {
    /// The message.
    pub mid: MessageId,
    /// Its number on the link.
    pub n: u32,
    /// The sealed message.
    pub jwe: String,
    /// What the rules were asked about it.
    pub asked: rules::Request,
}

fn by_birth_date() -> Policy {
    Policy::BirthDate
}

/// What the portal stores for the factor: made once, so that the upload can be repeated with the same bytes.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegisteredSlot {
    /// OPAQUE registration record.
    pub record: Bytes,
    /// `postern-slot+jwe`.
    pub slot: String,
}

impl Pending {
    pub(crate) fn birth_day(&self) -> Result<BirthDate, StoreError> {
        BirthDate::parse(&self.birth_date).map_err(|_| StoreError::Inconsistent("outbox.sealed"))
    }
}

/// One row.
pub struct Job {
    pub(crate) n: i64,
    pub(crate) lid: LinkId,
    pub(crate) mid: MessageId,
    pub(crate) step: Step,
    pub(crate) slot: u16,
    pub(crate) pending: Option<Pending>,
    pub(crate) decided_at: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) number_key: String,
}

impl Desk {
    /// Held while texts are on their way. The system lets go of it when the program ends, however it ends.
    pub(crate) async fn send_alone(&self) -> Result<File, SendError> {
        let path = self.state.join("send.lock");
        let lock = move || {
            let failed = |source| StoreError::Folder { path: path.display().to_string(), source };
            let file =
                OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
            file.lock().map_err(failed)?;
            Ok::<_, StoreError>(file)
        };
        let folder = || self.state.join("send.lock").display().to_string();
        let done = tokio::task::spawn_blocking(lock).await;
        Ok(done
            .map_err(|error| StoreError::Folder { path: folder(), source: std::io::Error::other(error) })??)
    }

    /// The outbox row of the same request: one that is not finished, or any of the same idempotency key.
    pub(crate) async fn find_job(
        &self,
        request_key: &str,
        key: Option<&str>,
    ) -> Result<Option<i64>, Trouble> {
        let key = key.map(|key| self.vault.index("idempotency", key));
        let found = sqlx::query_scalar(
            "SELECT n FROM outbox WHERE idempotency_key = ?2
             OR (request_key = ?1 AND step NOT IN ('handed', 'abandoned')) ORDER BY n DESC LIMIT 1",
        )
        .bind(request_key)
        .bind(key)
        .fetch_optional(self.store.read())
        .await?;
        Ok(found)
    }

    pub(crate) async fn job(&self, n: i64) -> Result<Job, Trouble> {
        type Row = (String, String, String, u16, Option<Vec<u8>>, i64, i64, String);
        let row: Row = sqlx::query_as(
            "SELECT outbox.lid, mid, step, slot, sealed, decided_at, expires_at, number_key
             FROM outbox JOIN link USING (lid) WHERE n = ?",
        )
        .bind(n)
        .fetch_one(self.store.read())
        .await?;
        let (lid, mid, step, slot, sealed, decided_at, expires, number_key) = row;
        let pending = sealed
            .map(|sealed| self.vault.open_json(Place::new("outbox", "sealed", &lid), &sealed))
            .transpose()?;
        Ok(Job {
            n,
            lid: lid.parse().map_err(|_| StoreError::Inconsistent("outbox.lid"))?,
            mid: mid.parse().map_err(|_| StoreError::Inconsistent("outbox.mid"))?,
            step: Step::from_str(&step).ok_or(StoreError::Inconsistent("outbox.step"))?,
            slot,
            pending,
            decided_at: Timestamp(decided_at),
            expires: Timestamp(expires),
            number_key,
        })
    }

    pub(crate) fn seal_pending(&self, lid: &LinkId, pending: &Pending) -> Vec<u8> {
        self.vault.seal_json(&mut self.rng(), Place::new("outbox", "sealed", &lid.to_text()), pending)
    }
}

/// Gives up what is not handed over yet, and wipes it. Says whether there was anything.
pub(crate) async fn abandon(
    connection: &mut Connection,
    lid: &LinkId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let lid = lid.to_text();
    let done = sqlx::query(
        "UPDATE outbox SET step = 'abandoned', sealed = NULL WHERE lid = ? AND step NOT IN ('handed', 'abandoned')",
    )
    .bind(&lid)
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("UPDATE message SET abandoned_at = ? WHERE lid = ? AND handed_at IS NULL")
        .bind(now.0)
        .bind(&lid)
        .execute(connection)
        .await?;
    Ok(true)
}
