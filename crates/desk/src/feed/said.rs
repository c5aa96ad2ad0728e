//! What the portal says happened to a link: its word, no seal covers it. It moves the delivery state and nothing else.

use super::incident::Reason;
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    rules::{Confirmation, Fact},
    store::Connection,
    trouble::Trouble,
};
use postern_protocol::{
    digest::Digest,
    id::{LinkId, MessageId},
    time::Timestamp,
};

/// What happened, without answers and link records.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Said {
    Opened,
    Verified,
    WrongTry { used: u32, n: u64 },
    Locked,
    Expired,
    Seen { mid: MessageId, shown: Digest, ms: u64 },
}

impl Said {
    fn kind(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Verified => "verified",
            Self::WrongTry { .. } => "wrong-try",
            Self::Locked => "locked",
            Self::Expired => "expired",
            Self::Seen { .. } => "seen",
        }
    }
}

impl Desk {
    pub(crate) async fn book_said(
        &self,
        connection: &mut Connection,
        lid: &LinkId,
        at: Timestamp,
        said: Said,
    ) -> Result<Result<(), Reason>, Trouble> {
        let link = lid.to_text();
        let changed = match said {
            Said::Opened => {
                sqlx::query("UPDATE link SET opened_at = ?2 WHERE lid = ?1 AND opened_at IS NULL")
            }
            Said::Verified => {
                sqlx::query("UPDATE link SET verified_at = ?2 WHERE lid = ?1 AND verified_at IS NULL")
            }
            Said::Locked => {
                sqlx::query("UPDATE link SET state = 'locked' WHERE lid = ?1 AND state = 'active'")
            }
            Said::Expired => sqlx::query(
                "UPDATE link SET state = 'expired', ended_at = ?2, content_key = NULL, secret = NULL
                 WHERE lid = ?1 AND state IN ('new', 'active', 'locked')",
            ),
            Said::WrongTry { used, .. } => {
                sqlx::query("UPDATE link SET used = max(used, ?) WHERE lid = ?")
                    .bind(used)
                    .bind(&link)
                    .execute(&mut *connection)
                    .await?;
                sqlx::query("INSERT OR IGNORE INTO wrong_try (lid, at, used, n) VALUES (?1, ?2, ?3, ?4)")
            }
            Said::Seen { mid, shown, ms } => {
                return self.book_seen(connection, lid, at, mid, shown, ms).await;
            }
        };
        let changed = changed.bind(&link).bind(at.0);
        let changed = match said {
            Said::WrongTry { used, n } => changed.bind(used).bind(i64::try_from(n).unwrap_or(i64::MAX)),
            _ => changed,
        };
        let changed = changed.execute(&mut *connection).await?.rows_affected();
        if changed > 0 {
            let what = serde_json::json!({ "at": at });
            let entry =
                Entry { at: self.now(), actor: Actor::Portal, kind: said.kind(), lid: Some(*lid), what };
            if matches!(said, Said::Verified) {
                let number_key: String = sqlx::query_scalar("SELECT number_key FROM link WHERE lid = ?")
                    .bind(&link)
                    .fetch_one(&mut *connection)
                    .await?;
                let fact = Fact::NumberConfirmed { how: Confirmation::LinkOpened };
                self.book_facts(connection, &number_key, vec![fact], entry).await?;
            } else {
                ledger::append(connection, &self.vault, &mut self.rng(), entry).await?;
            }
        }
        Ok(Ok(()))
    }

    async fn book_seen(
        &self,
        connection: &mut Connection,
        lid: &LinkId,
        at: Timestamp,
        mid: MessageId,
        shown: Digest,
        ms: u64,
    ) -> Result<Result<(), Reason>, Trouble> {
        let sent: Option<(String, Option<i64>)> =
            sqlx::query_as("SELECT plaintext_sha256, read_at FROM message WHERE mid = ? AND lid = ?")
                .bind(mid.to_text())
                .bind(lid.to_text())
                .fetch_optional(&mut *connection)
                .await?;
        let Some((plaintext_sha256, read_at)) = sent else { return Ok(Err(Reason::MessageUnknown)) };
        if shown.to_text() != plaintext_sha256 {
            return Ok(Err(Reason::ShownOther));
        }
        // The page counts up while it stands open: the longest stay is kept.
        sqlx::query(
            "UPDATE message SET read_at = coalesce(read_at, ?), read_ms = max(read_ms, ?) WHERE mid = ?",
        )
        .bind(at.0)
        .bind(i64::try_from(ms).unwrap_or(i64::MAX))
        .bind(mid.to_text())
        .execute(&mut *connection)
        .await?;
        if read_at.is_none() {
            let what = serde_json::json!({ "at": at, "mid": mid });
            let entry = Entry { at: self.now(), actor: Actor::Portal, kind: "read", lid: Some(*lid), what };
            ledger::append(connection, &self.vault, &mut self.rng(), entry).await?;
        }
        Ok(Ok(()))
    }
}
