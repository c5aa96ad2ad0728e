//! The one place that writes log lines. A line is one of these, and its parts are closed types and numbers: nothing that
//! came with a call or stands in a row has a way in (docs/LOGGING.md). A test refuses every other way to write one.

use crate::{operation::Operation, sealing::DoesNotOpen, store::StoreError};
use axum::http::Method;
use postern_protocol::error_code::ErrorCode;
use std::{error::Error, io};

/// What is written down.
pub enum Line<'a> {
    /// A call was answered.
    Call {
        /// How.
        verb: Verb,
        /// What.
        operation: Operation,
        /// The status of its answer.
        status: u16,
        /// How long it took.
        milliseconds: u64,
        /// Why it was refused.
        code: Option<ErrorCode>,
    },
    /// A call failed at the portal.
    Failed(ErrorCode, &'a Cause),
    /// A handler panicked. The panic's words are not passed on: they may hold data.
    Panicked,
    /// A sweep could not finish.
    SweepFailed(ErrorCode),
    /// The sweeps ended by a panic.
    SweepsPanicked,
    /// `audit-head.json` cannot be written.
    MarkFailed(&'a Cause),
    /// The store was found restored.
    Restored,
    /// The portal cannot do its work.
    NotReady(&'static str),
    /// It can again.
    ReadyAgain,
    /// A broken connection to the store did not close cleanly.
    ConnectionBroke(&'a Cause),
    /// No connection can be accepted.
    AcceptFailed(&'a Cause),
}

/// The method of a call. One that HTTP does not name is the caller's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Options,
    Other,
}

impl Verb {
    /// Of a call.
    pub fn of(method: &Method) -> Self {
        match *method {
            Method::GET => Self::Get,
            Method::HEAD => Self::Head,
            Method::POST => Self::Post,
            Method::PUT => Self::Put,
            Method::DELETE => Self::Delete,
            Method::OPTIONS => Self::Options,
            _ => Self::Other,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other => "other",
        }
    }
}

/// What stood behind a failure, in the words of errors that hold no value of a call or a row.
#[derive(Debug)]
pub struct Cause(String);

/// An error whose words, and those of what it came from, are fixed or the engine's own.
trait Sayable: Error {}
impl Sayable for StoreError {}
impl Sayable for DoesNotOpen {}
impl Sayable for io::Error {}

fn chain(error: &dyn Sayable) -> Cause {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        words.push_str(": ");
        words.push_str(&error.to_string());
        source = error.source();
    }
    Cause(words)
}

macro_rules! causes {
    ($($error:ty),*) => {$(
        impl From<&$error> for Cause {
            fn from(error: &$error) -> Self {
                chain(error)
            }
        }
    )*};
}
causes!(StoreError, DoesNotOpen, io::Error);

/// Writes a line.
pub fn write(line: &Line<'_>) {
    match line {
        Line::Call { verb, operation, status, milliseconds, code } => {
            let (method, route) = (verb.as_str(), operation.template());
            match code.map(ErrorCode::as_str) {
                Some(code) => tracing::info!(method, route, status, ms = milliseconds, code, "call"),
                None => tracing::info!(method, route, status, ms = milliseconds, "call"),
            }
        }
        Line::Failed(code, Cause(cause)) => tracing::error!(code = code.as_str(), cause, "call failed"),
        Line::Panicked => tracing::error!("a handler panicked"),
        Line::SweepFailed(code) => {
            tracing::error!(code = code.as_str(), "sweep failed; the next one tries again");
        }
        Line::SweepsPanicked => tracing::error!("the sweeps ended by a panic"),
        Line::MarkFailed(Cause(cause)) => tracing::error!(cause, "audit-head.json cannot be written"),
        Line::Restored => tracing::warn!(
            "the store was restored: verification waits until each desk has told the state of its links"
        ),
        Line::NotReady(part) => tracing::error!(part, "not ready"),
        Line::ReadyAgain => tracing::info!("ready again"),
        Line::ConnectionBroke(Cause(cause)) => {
            tracing::warn!(cause, "a broken connection did not close cleanly");
        }
        Line::AcceptFailed(Cause(cause)) => tracing::error!(cause, "no connection can be accepted"),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    const WAYS: [&str; 7] =
        ["tracing::", "println!", "print!", "eprintln!", "eprint!", "dbg!", "tracing_subscriber"];

    fn find(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                find(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            found.extend(
                WAYS.iter().filter(|way| text.contains(*way)).map(|way| format!("{}: {way}", path.display())),
            );
        }
    }

    #[test]
    fn no_other_file_of_this_room_writes_a_line() {
        let mut found = Vec::new();
        find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let here = found.iter().filter(|found| found.contains("src/log.rs")).count();
        assert_eq!(here, WAYS.len(), "the search finds what it looks for");
        found.retain(|found| !found.contains("src/log.rs"));
        assert_eq!(found, Vec::<String>::new());
    }
}
