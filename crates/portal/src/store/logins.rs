use super::Result;
use crate::rules::LOGIN_SECONDS;
use async_trait::async_trait;
use postern_protocol::{
    digest::Digest,
    id::{LinkId, LoginId},
    time::Timestamp,
};

/// A counted try.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Names it.
    pub id: LoginId,
    /// Its link.
    pub lid: LinkId,
    /// The slot it tries.
    pub slot: u16,
    /// SHA-256 of its first message.
    pub ke1_sha256: Digest,
    /// Second message and OPAQUE's state, sealed under the key file's login key; after success only the message.
    pub sealed: Vec<u8>,
    /// When it was counted.
    pub started: Timestamp,
    /// How far it came.
    pub progress: Progress,
}

/// How far a login came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Counted, its second message is out.
    Started,
    /// The factor was right; the try was given back.
    Done {
        /// SHA-256 of its third message.
        ke3_sha256: Digest,
        /// When.
        at: Timestamp,
    },
}

impl Login {
    /// Its time is over: counted from its start or, once it succeeded, from then, so that the same third message gets the same
    /// answer however late in its time it came.
    pub fn lapsed(&self, now: Timestamp) -> bool {
        let last = match self.progress {
            Progress::Started => self.started,
            Progress::Done { at, .. } => at,
        };
        last.plus_seconds(LOGIN_SECONDS) <= now
    }
}

/// Logins.
#[async_trait]
pub trait Logins {
    /// By id, only under the link it was started with.
    async fn login(&mut self, id: &LoginId, lid: &LinkId) -> Result<Option<Login>>;

    /// The login that the same first message started.
    async fn login_by_ke1(&mut self, lid: &LinkId, slot: u16, ke1_sha256: &Digest) -> Result<Option<Login>>;

    /// Adds a login.
    async fn insert_login(&mut self, login: &Login) -> Result<()>;

    /// Marks a started login done and replaces what it seals; `false` if it is not there or was done before.
    async fn finish_login(
        &mut self,
        id: &LoginId,
        lid: &LinkId,
        ke3_sha256: &Digest,
        sealed: &[u8],
        at: Timestamp,
    ) -> Result<bool>;

    /// Logins whose last step was at or before a moment, oldest first.
    async fn logins_past(&mut self, until: Timestamp, limit: u32) -> Result<Vec<Login>>;

    /// Whether a login of this slot is under way.
    async fn started_logins(&mut self, lid: &LinkId, slot: u16) -> Result<bool>;

    /// Removes one.
    async fn drop_login(&mut self, id: &LoginId) -> Result<()>;

    /// Removes the logins of a link.
    async fn drop_logins(&mut self, lid: &LinkId) -> Result<()>;

    /// Removes every login.
    async fn drop_all_logins(&mut self) -> Result<()>;
}

postern_protocol::undisclosed!(Login);
