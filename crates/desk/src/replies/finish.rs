//! Going on with an answer: the thread's message to the portal, then the text by the rules. Each is noted as soon as it is done, each
//! call may be repeated.

use super::answer::{Answered, Texted, Threaded};
use crate::{
    desk::Desk,
    ledger::{self, Actor, Entry},
    portal::{PortalClient, PortalError},
    send::{SendError, SendRequest, Sent, error::Obstacle},
    store::StoreError,
    transport::Transport,
    trouble::Trouble,
    vault::Place,
};
use postern_protocol::{id::LinkId, time::Timestamp, wire::desk_links::EnvelopeRequest};
use serde_json::json;

/// The policy's first level.
const LEVEL: u8 = 1;

#[derive(sqlx::FromRow)]
struct Row {
    rid: String,
    mid: Option<String>,
    text: String,
    sealed: Option<Vec<u8>>,
    due_at: i64,
    decided_at: i64,
    lid: String,
    posted_at: Option<i64>,
    read_at: Option<i64>,
}

impl Desk {
    /// Goes on with every answer that is not finished. Gives what became of its text.
    pub(crate) async fn finish_answers(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
    ) -> Result<Vec<Result<Sent, SendError>>, Trouble> {
        let open: Vec<String> = sqlx::query_scalar(
            "SELECT answer_key FROM answer WHERE jwe IS NOT NULL OR (text = 'due' AND due_at <= ?) ORDER BY decided_at",
        )
        .bind(self.now().0)
        .fetch_all(self.store.read())
        .await?;
        let mut done = Vec::new();
        for key in open {
            match self.finish_answer(portal, transport, &key, false).await {
                Ok(Answered { text: Texted::Sent(sent), .. }) => done.push(Ok(sent)),
                Ok(Answered { text: Texted::Refused(refusals), .. }) => {
                    done.push(Err(SendError::Refused(refusals)));
                }
                Ok(_) => {}
                Err(error) => done.push(Err(error)),
            }
        }
        Ok(done)
    }

    /// Goes on with one. `again`: somebody asks for it, so a text that was refused before is tried once more.
    pub(super) async fn finish_answer(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
        key: &str,
        again: bool,
    ) -> Result<Answered, SendError> {
        let row = self.answer_row(key).await?;
        let lid: LinkId = row.lid.parse().map_err(|_| StoreError::Inconsistent("record.lid"))?;
        self.post_thread(portal, &lid).await?;
        let row = self.answer_row(key).await?;
        let thread = match (&row.mid, row.posted_at) {
            (Some(mid), Some(_)) => {
                Threaded::Added { lid, mid: mid.parse().map_err(|_| StoreError::Inconsistent("answer.mid"))? }
            }
            _ => Threaded::Ended,
        };
        let text = self.finish_text(portal, transport, key, &row, again).await?;
        Ok(Answered { rid: row.rid, thread, text })
    }

    async fn answer_row(&self, key: &str) -> Result<Row, Trouble> {
        Ok(sqlx::query_as(
            "SELECT answer.rid, answer.mid, answer.text, answer.sealed, answer.due_at, answer.decided_at, record.lid,
               message.posted_at, message.read_at
             FROM answer JOIN record USING (rid) LEFT JOIN message ON message.mid = answer.mid WHERE answer_key = ?",
        )
        .bind(key)
        .fetch_one(self.store.read())
        .await?)
    }

    /// What is sealed for this link goes to the portal, in the order of its numbers.
    async fn post_thread(&self, portal: &PortalClient, lid: &LinkId) -> Result<(), SendError> {
        let waiting: Vec<(String, u32, String)> = sqlx::query_as(
            "SELECT mid, n, jwe FROM answer JOIN message USING (mid) WHERE message.lid = ? AND jwe IS NOT NULL ORDER BY n",
        )
        .bind(lid.to_text())
        .fetch_all(self.store.read())
        .await?;
        for (mid, n, jwe) in waiting {
            let id = mid.parse().map_err(|_| StoreError::Inconsistent("message.mid"))?;
            let envelope = EnvelopeRequest { mid: id, n, level: LEVEL, jwe };
            let why = match portal.post_envelope(lid, &envelope).await {
                Ok(_) => None,
                Err(PortalError::Refused(code)) if !PortalError::Refused(code).may_pass() => {
                    Some(code.as_str())
                }
                Err(error) => return Err(SendError::NotYet { lid: *lid, why: Obstacle::Portal(error) }),
            };
            self.note_posted(lid, &mid, why).await?;
        }
        Ok(())
    }

    async fn note_posted(&self, lid: &LinkId, mid: &str, why: Option<&str>) -> Result<(), Trouble> {
        let now = self.now();
        let mut write = self.store.write().await?;
        sqlx::query("UPDATE answer SET jwe = NULL WHERE mid = ?").bind(mid).execute(&mut *write).await?;
        sqlx::query(match why {
            None => "UPDATE message SET posted_at = ? WHERE mid = ?",
            Some(_) => "UPDATE message SET abandoned_at = ? WHERE mid = ?",
        })
        .bind(now.0)
        .bind(mid)
        .execute(&mut *write)
        .await?;
        let (kind, what) = match why {
            None => ("answer-added", json!({ "mid": mid })),
            Some(why) => ("answer-not-added", json!({ "mid": mid, "why": why })),
        };
        let entry = Entry { at: now, actor: Actor::Desk, kind, lid: Some(*lid), what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        Ok(write.commit().await?)
    }

    async fn finish_text(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
        key: &str,
        row: &Row,
        again: bool,
    ) -> Result<Texted, SendError> {
        match (row.text.as_str(), &row.sealed) {
            ("sent", _) => return Ok(Texted::Done { read_in_the_page: false }),
            ("read", _) => return Ok(Texted::Done { read_in_the_page: true }),
            ("waits", _) => return Ok(Texted::Waits { returns_at: None }),
            ("refused", _) if !again => return Ok(Texted::Refused(Vec::new())),
            _ => {}
        }
        let sealed = row.sealed.as_deref().ok_or(StoreError::Inconsistent("answer.sealed"))?;
        // A text that did not wait goes whatever was read: the patient was promised one.
        let waited = row.due_at > row.decided_at;
        if waited && row.posted_at.is_some() && row.read_at.is_some() {
            self.note_text(key, row, "read", None).await?;
            return Ok(Texted::Done { read_in_the_page: true });
        }
        if waited && row.posted_at.is_some() && self.now().0 < row.due_at {
            return Ok(Texted::After { at: Timestamp(row.due_at) });
        }
        let request: SendRequest =
            self.vault.open_json(Place::new("answer", "sealed", key), sealed).map_err(Trouble::from)?;
        match self.send_alone_already(portal, transport, &request).await {
            Ok(sent) => {
                self.note_text(key, row, "sent", Some(&sent)).await?;
                Ok(Texted::Sent(sent))
            }
            Err(SendError::Waiting { returns_at }) => {
                self.note_text(key, row, "waits", None).await?;
                Ok(Texted::Waits { returns_at: Some(returns_at) })
            }
            Err(SendError::Refused(refusals)) => {
                self.note_text(key, row, "refused", None).await?;
                Ok(Texted::Refused(refusals))
            }
            Err(SendError::Abandoned { why, .. }) => {
                self.note_text(key, row, "refused", None).await?;
                Ok(Texted::Refused(vec![why]))
            }
            Err(error) => Err(error),
        }
    }

    async fn note_text(&self, key: &str, row: &Row, state: &str, sent: Option<&Sent>) -> Result<(), Trouble> {
        let now = self.now();
        let mut write = self.store.write().await?;
        let text_mid = sent.map(|sent| sent.mid.to_text());
        sqlx::query(match state {
            // Somebody may ask for it again.
            "refused" => "UPDATE answer SET text = ?1 WHERE answer_key = ?2",
            _ => "UPDATE answer SET text = ?1, text_mid = ?3, sealed = NULL WHERE answer_key = ?2",
        })
        .bind(state)
        .bind(key)
        .bind(&text_mid)
        .execute(&mut *write)
        .await?;
        if let Some(text_mid) = &text_mid {
            sqlx::query("UPDATE message SET answers = ? WHERE mid = ?")
                .bind(&row.rid)
                .bind(text_mid)
                .execute(&mut *write)
                .await?;
        }
        let lid = row.lid.parse().map_err(|_| StoreError::Inconsistent("record.lid"))?;
        let what = json!({ "rid": row.rid, "text": state, "mid": text_mid });
        let entry = Entry { at: now, actor: Actor::Desk, kind: "answer-text", lid: Some(lid), what };
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        Ok(write.commit().await?)
    }
}
