//! What a transition asks to be done outside, and what comes back.

use postern_protocol::{
    error_code::ErrorCode,
    id::RecordId,
    wire::{
        authorization::Authorization,
        link_open::OpenResponse,
        link_records::{LinkRecordRequest, LinkRecordResponse},
        records::{RecordRequest, RecordResponse},
        session::SeenRequest,
        verify::{FinishRequest, FinishResponse, StartRequest, StartResponse, WireEnvelope},
    },
};

/// To be done outside.
pub enum Effect {
    /// Make this call; its end comes back as [`super::Event::Answered`].
    Call(Request),
    /// After so many milliseconds, [`super::Event::Elapsed`]; a timer of the same name that runs is replaced.
    Wake(Timer, u32),
    /// The timer is not needed any more.
    Stop(Timer),
    /// Load the page of this link.
    GoTo(postern_protocol::link::LinkSecret),
    /// Replace the address by the bare letter, S in that entry's `history.state`.
    HideLink(String),
    /// Replace the address by the bare letter, nothing in `history.state`.
    ForgetLink,
    /// Load the page anew.
    Reload,
    /// Take everything off the screen now, before any redraw.
    Blank,
}

/// The timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// At the door `link/open` again; while the message is open, `session/messages`.
    Open,
    /// The try, the answer or the link record again.
    Retry,
    /// The idle warning, then the cover.
    Idle,
    /// The session's sign of life.
    Renew,
    /// The session's end.
    SessionEnd,
    /// That a page elsewhere was opened, again.
    Opened,
}

impl Timer {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Retry, Self::Idle, Self::Renew, Self::SessionEnd, Self::Opened];
}

/// A call to the portal.
pub enum Request {
    /// `POST link/open`.
    Open(Authorization),
    /// `POST verify/start`.
    Start(Authorization, StartRequest),
    /// `POST verify/finish`.
    Finish(Authorization, FinishRequest),
    /// `POST link/records`.
    LinkRecord(Authorization, LinkRecordRequest),
    /// `PUT records/{rid}`.
    Record(Authorization, RecordId, RecordRequest),
    /// `POST session/messages`, after this number.
    Messages(Authorization, u32),
    /// `POST session/seen`, one after the other.
    Seen(Authorization, Vec<SeenRequest>),
    /// The same, then `POST session/end`.
    End(Authorization, Vec<SeenRequest>),
}

/// How a call ended.
pub enum Reply {
    /// Of [`Request::Open`].
    Open(Result<OpenResponse, Failure>),
    /// Of [`Request::Start`].
    Start(Result<StartResponse, Failure>),
    /// Of [`Request::Finish`].
    Finish(Result<FinishResponse, Failure>),
    /// Of [`Request::LinkRecord`].
    LinkRecord(Result<LinkRecordResponse, Failure>),
    /// Of [`Request::Record`].
    Record(RecordId, Result<RecordResponse, Failure>),
    /// Of [`Request::Messages`].
    Messages(Result<Vec<WireEnvelope>, Failure>),
    /// Of [`Request::Seen`] and [`Request::End`].
    Told(Result<(), Failure>),
}

/// Why a call gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No answer, or none that this page understands; worth trying again.
    Unreachable,
    /// Refused with a code.
    Refused(ErrorCode),
}

impl Failure {
    /// Whether the same call may go through later without anybody doing anything.
    pub fn passes(self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Refused(code) => matches!(
                code,
                ErrorCode::Internal
                    | ErrorCode::Unavailable
                    | ErrorCode::ResyncRequired
                    | ErrorCode::TooSlow
                    | ErrorCode::TooManyRequests
            ),
        }
    }
}
