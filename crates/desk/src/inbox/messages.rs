//! Messages and how far they came.

use super::{ToHelper, Who};
use crate::{
    desk::Desk,
    send::{decide::KeptMessage, view},
    store::StoreError,
    trouble::Trouble,
    vault::Place,
};
use postern_fhir::Bundle;
use postern_protocol::{record::RecordKind, time::Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// How far a message came. What comes after `HandedOver` is the portal's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageState {
    /// On its way to portal and transport.
    OnItsWay,
    /// An answer to a reply, on a link that was out already: it has no text of its own.
    Added,
    /// Given up: no text went out.
    GivenUp,
    /// The transport took the text.
    HandedOver,
    /// Somebody gave a birth date on its link.
    Opened,
    /// The right birth date was given.
    Verified,
    /// It stood on the screen.
    Read,
    /// It was answered.
    Answered,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageLine {
    /// Its id.
    pub mid: String,
    /// Its link.
    pub lid: String,
    /// About whom, and to whom unless it went to a helper.
    pub patient: Option<Who>,
    /// The helper whom it went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helper: Option<ToHelper>,
    /// Heading.
    pub subject: Option<String>,
    /// Its content in plain text.
    pub text: String,
    /// The template of its text message.
    pub template: String,
    /// What can be answered.
    pub offers: Vec<RecordKind>,
    /// How far it came.
    pub state: MessageState,
    /// State of its link: `new`, `active`, `locked`, `expired`, `recalling`, `recalled`, `closing`, `closed`.
    pub link_state: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// When the transport took the text.
    pub handed_over_at: Option<Timestamp>,
    /// First birth date given.
    pub opened_at: Option<Timestamp>,
    /// First right birth date.
    pub verified_at: Option<Timestamp>,
    /// First time on the screen.
    pub read_at: Option<Timestamp>,
    /// The longest it stood there, in milliseconds.
    pub read_ms: i64,
    /// When the link ends, or ended by itself.
    pub expires: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Wrong birth dates on its link.
    pub wrong_tries: i64,
    /// The reply that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<String>,
    /// When the portal took an answer that has no text of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_at: Option<Timestamp>,
    /// The message that this one reminds of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminds: Option<String>,
    /// The message that reminds of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<String>,
    /// Nobody opened it or its reminder, and no other reminder follows: somebody should call.
    pub unread: bool,
}

impl MessageLine {
    fn never_opened(&self) -> bool {
        self.state < MessageState::Opened
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    mid: String,
    lid: String,
    about_key: String,
    helper_key: Option<String>,
    template: String,
    kinds: String,
    sealed: Vec<u8>,
    link_state: String,
    decided_at: i64,
    handed_at: Option<i64>,
    abandoned_at: Option<i64>,
    opened_at: Option<i64>,
    verified_at: Option<i64>,
    read_at: Option<i64>,
    read_ms: i64,
    expires_at: i64,
    ended_at: Option<i64>,
    wrong_tries: i64,
    records: i64,
    answers: Option<String>,
    posted_at: Option<i64>,
    read_in_thread: bool,
    reminds: Option<String>,
    not_reminded: Option<String>,
}

impl Row {
    fn state(&self) -> MessageState {
        match self {
            Self { records: 1.., .. } => MessageState::Answered,
            Self { read_at: Some(_), .. } => MessageState::Read,
            Self { posted_at: Some(_), .. } => MessageState::Added,
            // The link was opened long ago, by whom it answers.
            Self { answers: Some(_), handed_at: None, abandoned_at: None, .. } => MessageState::OnItsWay,
            Self { verified_at: Some(_), .. } => MessageState::Verified,
            Self { opened_at: Some(_), .. } => MessageState::Opened,
            Self { handed_at: Some(_), .. } => MessageState::HandedOver,
            Self { abandoned_at: Some(_), .. } => MessageState::GivenUp,
            _ => MessageState::OnItsWay,
        }
    }
}

impl Desk {
    pub(super) async fn message_lines(&self) -> Result<Vec<MessageLine>, Trouble> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT mid, lid, coalesce(about_key, patient_key) AS about_key, helper_key, template, kinds, message.sealed AS sealed, link.state AS link_state,
               decided_at, handed_at, abandoned_at, opened_at, verified_at, read_at, read_ms, expires_at, ended_at,
               reminds, not_reminded, answers, posted_at,
               EXISTS (SELECT 1 FROM answer JOIN message AS thread USING (mid)
                       WHERE answer.text_mid = message.mid AND thread.read_at IS NOT NULL) AS read_in_thread,
               (SELECT count(*) FROM wrong_try WHERE wrong_try.lid = link.lid) AS wrong_tries,
               (SELECT count(*) FROM record WHERE record.mid = message.mid AND record.kind <> 'Task') AS records
             FROM message JOIN link USING (lid) ORDER BY decided_at, message.rowid",
        )
        .fetch_all(self.store.read())
        .await?;
        let mut lines = Vec::with_capacity(rows.len());
        let mut given_up = BTreeMap::new();
        let mut read_in_thread = BTreeSet::new();
        for row in rows {
            given_up.insert(row.mid.clone(), row.not_reminded.is_some());
            if row.read_in_thread {
                read_in_thread.insert(row.mid.clone());
            }
            let kept: KeptMessage =
                self.vault.open_json(Place::new("message", "sealed", &row.mid), &row.sealed)?;
            let text =
                Bundle::read(&(&kept.bundle).into()).map(|bundle| view::as_text(&bundle)).unwrap_or_default();
            lines.push(MessageLine {
                patient: self.who(&row.about_key).await?,
                helper: self.to_helper(row.helper_key.as_deref()).await?,
                subject: kept.subject,
                text,
                offers: serde_json::from_str(&row.kinds)
                    .map_err(|_| StoreError::Inconsistent("message.kinds"))?,
                state: row.state(),
                mid: row.mid,
                lid: row.lid,
                template: row.template,
                link_state: row.link_state,
                decided_at: Timestamp(row.decided_at),
                handed_over_at: row.handed_at.map(Timestamp),
                opened_at: row.opened_at.map(Timestamp),
                verified_at: row.verified_at.map(Timestamp),
                read_at: row.read_at.map(Timestamp),
                read_ms: row.read_ms,
                expires: Timestamp(row.expires_at),
                ended_at: row.ended_at.map(Timestamp),
                wrong_tries: row.wrong_tries,
                answers: row.answers,
                added_at: row.posted_at.map(Timestamp),
                reminds: row.reminds,
                reminder: None,
                unread: false,
            });
        }
        let days = self.policy().await?.reminder_days;
        join_reminders(&mut lines, &given_up, self.now().plus_seconds(-DAY_SECONDS * i64::from(days)));
        for line in &mut lines {
            line.unread &= !read_in_thread.contains(&line.mid);
        }
        Ok(lines)
    }
}

/// Says of each message what reminds of it, and whether it stayed unread. A reminder older than `long_ago` did not help.
fn join_reminders(lines: &mut [MessageLine], given_up: &BTreeMap<String, bool>, long_ago: Timestamp) {
    let reminders: BTreeMap<String, MessageLine> =
        lines.iter().filter_map(|line| Some((line.reminds.clone()?, line.clone()))).collect();
    for line in lines.iter_mut().filter(|line| line.reminds.is_none()) {
        let reminder = reminders.get(&line.mid);
        line.reminder = reminder.map(|one| one.mid.clone());
        let in_vain = match reminder {
            Some(one) if one.never_opened() => {
                one.state == MessageState::GivenUp || one.handed_over_at.is_some_and(|at| at <= long_ago)
            }
            Some(_) => false,
            None => given_up.get(&line.mid) == Some(&true),
        };
        let live = matches!(line.link_state.as_str(), "active" | "locked") && in_vain;
        let helped = reminder.is_some_and(|one| !one.never_opened());
        line.unread =
            line.state == MessageState::HandedOver && !helped && (live || line.link_state == "expired");
    }
}
