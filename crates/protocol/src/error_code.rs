//! The stable codes of every refusal (RFC 9457 problem documents). The app maps codes to translated words and never
//! shows a server's prose.

use alloc::string::String;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// Why a call was refused. The text form is stable; new codes may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
            /// A code this build does not know.
            #[serde(other)]
            #[cfg_attr(feature = "schema", schemars(skip))]
            Unknown,
        }

        impl ErrorCode {
            /// Every known code, for documentation and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable text.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Unknown => "unknown" }
            }

            /// The HTTP status it travels with.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* Self::Unknown => 500 }
            }
        }
    };
}

codes! {
    /// The body is not the JSON that this call takes, or has unknown members.
    MalformedBody = "malformed-body", 400;
    /// A path or query parameter does not have its form.
    MalformedParameter = "malformed-parameter", 400;
    /// An OPAQUE message has another length or is no valid point.
    MalformedFactorMessage = "malformed-factor-message", 400;
    /// A sealed envelope does not have the outer shape of its kind.
    MalformedEnvelope = "malformed-envelope", 400;
    /// The call needs an `Authorization` of another kind, or has none.
    AuthorizationMissing = "authorization-missing", 401;
    /// The session ended: idle, too old, ended by the patient, or its link ended.
    SessionEnded = "session-ended", 401;
    /// The desk's token is not valid for this request.
    DeskTokenRefused = "desk-token-refused", 401;
    /// The desk's token was used before.
    DeskTokenReplayed = "desk-token-replayed", 401;
    /// The factor's proof (ke3) did not hold.
    VerificationFailed = "verification-failed", 403;
    /// The request comes from another site.
    CrossSite = "cross-site", 403;
    /// No such link, or the claim is wrong: one answer for both.
    LinkUnknown = "link-unknown", 404;
    /// No such page, call or file.
    NotFound = "not-found", 404;
    /// No such login, or it lapsed.
    LoginUnknown = "login-unknown", 404;
    /// The call exists, with another method.
    MethodNotAllowed = "method-not-allowed", 405;
    /// The same id with other content.
    Conflict = "conflict", 409;
    /// The portal was restored and waits for the desk to tell it the state of all live links.
    ResyncRequired = "resync-required", 503;
    /// The link is past its time.
    LinkExpired = "link-expired", 410;
    /// The clinic took the link back.
    LinkRecalled = "link-recalled", 410;
    /// The link was ended after its answer.
    LinkClosed = "link-closed", 410;
    /// The slot is gone: a code used up, replaced or too old.
    SlotGone = "slot-gone", 410;
    /// All tries are used.
    LinkLocked = "link-locked", 423;
    /// The link was unlocked once already.
    UnlockUsed = "unlock-used", 409;
    /// Registration is not open for this link and slot.
    RegistrationClosed = "registration-closed", 409;
    /// A code lives that is younger than a minute.
    CodeTooSoon = "code-too-soon", 409;
    /// Three codes in an hour without a success between, or ten in a day.
    CodeLimit = "code-limit", 409;
    /// A link holds at most so many bytes and records.
    LinkFull = "link-full", 409;
    /// The body is larger than this call takes.
    BodyTooLarge = "body-too-large", 413;
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupported-media-type", 415;
    /// The body did not come in time.
    TooSlow = "too-slow", 408;
    /// Too many calls; try again after the seconds in `Retry-After`.
    TooManyRequests = "too-many-requests", 429;
    /// Something failed at the portal; nothing was changed.
    Internal = "internal", 500;
    /// The portal lacks the key this link was made with, its store cannot be reached, or it has too much to do.
    Unavailable = "unavailable", 503;
}

/// An RFC 9457 problem document, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// `about:blank#<code>`-like reference; always `urn:postern:error:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status, again.
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        Self { kind: alloc::format!("urn:postern:error:{}", code.as_str()), status: code.status(), code }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_text_and_a_status_of_a_refusal() {
        for (at, code) in ErrorCode::ALL.iter().enumerate() {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(serde_json::from_value::<ErrorCode>(code.as_str().into()).unwrap(), *code);
            assert!((400..600).contains(&code.status()));
            assert!(ErrorCode::ALL[..at].iter().all(|other| other.as_str() != code.as_str()));
            let problem = Problem::from(*code);
            assert_eq!(problem.kind, alloc::format!("urn:postern:error:{}", code.as_str()));
            assert_eq!((problem.status, problem.code), (code.status(), *code));
        }
    }

    #[test]
    fn a_code_of_a_newer_portal_is_read_as_unknown() {
        let code: ErrorCode = serde_json::from_str(r#""not-yet-there""#).unwrap();
        assert_eq!((code, code.as_str(), code.status()), (ErrorCode::Unknown, "unknown", 500));
    }
}
