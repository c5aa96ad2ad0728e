//! A refusal that a person or a program can act on: a stable code, the reason, and what to do.

use postern_protocol::time::Timestamp;
use serde::Serialize;

/// Why something is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Stable, for programs.
    pub code: &'static str,
    /// Why, for people.
    pub reason: String,
    /// What to do.
    pub remedy: String,
    /// When nothing stands against it any more, where that is only a matter of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_go_at: Option<Timestamp>,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &'static str, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, reason: reason.into(), remedy: remedy.into(), may_go_at: None }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}). {}", self.reason, self.code, self.remedy)?;
        match self.may_go_at {
            Some(at) => write!(f, " It may go from {}.", postern_fhir::instant::to_text(at.0)),
            None => Ok(()),
        }
    }
}
