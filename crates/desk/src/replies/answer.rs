//! Answering a reply: once in the thread, once by a text.

use crate::{
    desk::Desk,
    portal::PortalClient,
    refusal::Refusal,
    send::{SendError, Sent},
    transport::Transport,
};
use postern_protocol::{
    digest::sha256,
    id::{LinkId, MessageId},
    time::Timestamp,
};
use serde::Serialize;

/// Nobody waits longer for a text than this: seconds.
const LONGEST_WAIT: u32 = 60 * 60;

/// What is answered, and how.
pub struct ReplyRequest {
    /// The reply's id, or its link's: then the newest one there.
    pub to: String,
    /// The answer, in the small Markdown.
    pub words: String,
    /// Seconds in which the open page may read it before a text is sent.
    pub text_after: u32,
    /// The same key again is the same answer; without it the same words to the same reply are.
    pub idempotency_key: Option<String>,
}

/// What became of an answer.
#[derive(Debug, Serialize)]
pub struct Answered {
    /// The reply.
    pub rid: String,
    /// On the reply's own link.
    pub thread: Threaded,
    /// The text with a link of its own.
    pub text: Texted,
}

/// What became of it on the reply's own link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Threaded {
    /// It stands there.
    Added {
        /// The link.
        lid: LinkId,
        /// The message.
        mid: MessageId,
    },
    /// The link has ended, or the portal would not take it there.
    Ended,
}

/// What became of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Texted {
    /// The transport took it.
    Sent(Sent),
    /// It went before this call, or the patient read the answer in the open page in time.
    Done {
        /// Whether it was not needed.
        read_in_the_page: bool,
    },
    /// The running desk sends it then, unless the answer was read in the open page.
    After {
        /// When.
        at: Timestamp,
    },
    /// The number is not confirmed: it waits as any message does.
    Waits {
        /// When it comes back; nothing if that was said before.
        returns_at: Option<Timestamp>,
    },
    /// A rule stands against it.
    Refused(Vec<Refusal>),
}

impl Desk {
    /// Answers a reply, or goes on with the same answer where an earlier call stopped.
    ///
    /// # Errors
    /// Refused: no such reply, nothing said. Or not yet done, and kept to be gone on with. A text that is refused is no error: it
    /// stands in what became of the answer.
    pub async fn reply(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
        request: &ReplyRequest,
    ) -> Result<Answered, SendError> {
        if let Some(refusal) = self.not_live(transport).await? {
            return Err(SendError::Refused(vec![refusal]));
        }
        if request.text_after > LONGEST_WAIT {
            let reason = "A text would wait for more than an hour";
            return Err(refused("text-too-late", reason, "Give --text-after at most 3600."));
        }
        let _alone = self.send_alone().await?;
        let rid = self.find_reply(&request.to).await?;
        let same = match &request.idempotency_key {
            Some(key) => ["key", key].join("\n"),
            None => [&rid, &*sha256(request.words.trim().as_bytes()).to_text()].join("\n"),
        };
        let key = self.vault.index("answer", &same);
        if !self.is_decided(&key).await? {
            self.decide_answer(&key, &rid, request).await?;
        }
        self.finish_answer(portal, transport, &key, true).await
    }

    /// The newest short reply that this names.
    async fn find_reply(&self, text: &str) -> Result<String, SendError> {
        let found: Option<String> = sqlx::query_scalar(
            "SELECT rid FROM record WHERE kind = 'Communication' AND (rid = ?1 OR lid = ?1)
             ORDER BY received_at DESC, rid DESC LIMIT 1",
        )
        .bind(text.trim())
        .fetch_optional(self.store.read())
        .await?;
        let remedy = "`postern inbox` lists what patients wrote, each with its id and link.";
        found.ok_or_else(|| {
            refused("reply-unknown", "No reply has this id, and none came on this link", remedy)
        })
    }
}

pub(super) fn refused(code: &'static str, reason: &str, remedy: &str) -> SendError {
    SendError::Refused(vec![Refusal::new(code, reason, remedy)])
}
