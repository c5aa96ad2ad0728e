//! What a call to the portal can come to.

use super::exchange::ExchangeError;
use postern_protocol::error_code::ErrorCode;

/// A call that was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// No answer. The call may have been done all the same: every call of the desk may be repeated.
    #[error("the portal cannot be reached")]
    Unreachable(#[from] ExchangeError),
    /// The portal said no, and why.
    #[error("the portal refused: {}", .0.as_str())]
    Refused(ErrorCode),
    /// An answer that is not of the protocol.
    #[error("the portal's answer to {call} is not of this protocol (status {status})")]
    Answer {
        /// Which call.
        call: &'static str,
        /// HTTP status.
        status: u16,
    },
}

impl PortalError {
    /// Whether trying again later may help.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused(code) => matches!(
                code,
                ErrorCode::TooManyRequests
                    | ErrorCode::Unavailable
                    | ErrorCode::Internal
                    | ErrorCode::ResyncRequired
                    | ErrorCode::DeskTokenRefused
                    | ErrorCode::DeskTokenReplayed
            ),
            Self::Answer { status, .. } => *status >= 500,
        }
    }

    /// The portal's code, if it gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(code) => Some(*code),
            _ => None,
        }
    }
}
