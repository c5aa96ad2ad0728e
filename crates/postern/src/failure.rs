//! How a command ends when it does not end well: words for a person, and a status for a program.

use postern_desk::refusal::Refusal;
use std::{error::Error, fmt::Write, process::ExitCode};

/// Why a command did not do what it was asked.
pub enum Failure {
    /// Something failed. Status 1.
    Failed(String),
    /// A rule stands against it. Status 3.
    Refused(Vec<Refusal>),
}

impl Failure {
    /// Something failed, and what to do.
    pub fn failed(words: impl Into<String>) -> Self {
        Self::Failed(words.into())
    }

    /// What it says.
    pub fn words(&self) -> String {
        match self {
            Self::Failed(words) => words.clone(),
            Self::Refused(refusals) => refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        }
    }

    /// Prints it on standard error and gives the status.
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Failed(words) => {
                eprintln!("postern: {words}");
                ExitCode::from(1)
            }
            Self::Refused(refusals) => {
                for refusal in refusals {
                    eprintln!("postern: refused: {refusal}");
                }
                ExitCode::from(3)
            }
        }
    }
}

/// An error and what it came from, as one sentence.
pub fn in_words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Transparent errors repeat what they hold.
        if !words.ends_with(&next) {
            let _ = write!(words, ": {next}");
        }
        cause = error.source();
    }
    words
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(in_words(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the store cannot be read")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn the_cause_is_said_after_the_error() {
        let error = Outer(std::io::Error::other("disk on fire"));
        assert_eq!(in_words(&error), "the store cannot be read: disk on fire");
    }
}
