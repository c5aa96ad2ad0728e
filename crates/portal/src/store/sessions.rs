use super::Result;
use crate::rules::{CLOCK_SET_BACK_SECONDS, SESSION_IDLE_SECONDS};
use async_trait::async_trait;
use postern_protocol::{
    digest::Digest,
    id::{LinkId, LoginId},
    time::Timestamp,
};

/// A patient who gave the right factor.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its token.
    pub token_sha256: Digest,
    /// Its link.
    pub lid: LinkId,
    /// The login that opened it.
    pub login: LoginId,
    /// The slot that opened it.
    pub slot: u16,
    /// The level of that slot.
    pub level: u8,
    /// The last sign of the patient.
    pub seen: Timestamp,
    /// When it ends in any case.
    pub ends: Timestamp,
}

impl Session {
    /// Neither idle too long nor too old; nor seen at a time that is still to come.
    pub fn live(&self, now: Timestamp) -> bool {
        now < self.ends
            && now < self.seen.plus_seconds(SESSION_IDLE_SECONDS)
            && self.seen <= now.plus_seconds(CLOCK_SET_BACK_SECONDS)
    }
}

/// Sessions.
#[async_trait]
pub trait Sessions {
    /// By the hash of its token, only under its link.
    async fn session(&mut self, token_sha256: &Digest, lid: &LinkId) -> Result<Option<Session>>;

    /// The session that a login opened.
    async fn session_of_login(&mut self, login: &LoginId) -> Result<Option<Session>>;

    /// Adds a session.
    async fn insert_session(&mut self, session: &Session) -> Result<()>;

    /// A sign of the patient.
    async fn renew_session(&mut self, token_sha256: &Digest, at: Timestamp) -> Result<()>;

    /// Ends one; `false` if it was not there.
    async fn end_session(&mut self, token_sha256: &Digest) -> Result<bool>;

    /// Ends the sessions of a link.
    async fn drop_sessions(&mut self, lid: &LinkId) -> Result<()>;

    /// Removes sessions idle since before `seen_until`, or past their end.
    async fn drop_sessions_past(&mut self, seen_until: Timestamp, now: Timestamp) -> Result<u64>;

    /// Ends every session.
    async fn drop_all_sessions(&mut self) -> Result<()>;
}

postern_protocol::undisclosed!(Session);
