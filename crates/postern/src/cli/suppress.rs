use super::{ClockSetting, Output, State};
use clap::{ArgGroup, Args, Subcommand};
use postern_desk::rules::Scope;
use std::path::PathBuf;

/// Numbers that want no texts, however they said so.
///
/// An opt-out belongs to the number: it holds for everybody reached there from the next decision on. A number is never typed here, where
/// the shell's history and the list of processes would show it.
#[derive(Args)]
pub struct Suppress {
    #[command(subcommand)]
    pub command: SuppressCommand,
}

/// What to do.
#[derive(Subcommand)]
pub enum SuppressCommand {
    /// Book that numbers want no texts: said on the telephone, at the counter, or listed elsewhere
    Add(SuppressChange),
    /// Book that whoever holds the number wants texts again; it is no consent
    Lift(SuppressChange),
    /// Show what stands against texts to a number
    Show {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        which: SuppressWhich,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
}

/// Whose number.
#[derive(Args)]
#[command(group = ArgGroup::new("which").required(true).args(["patient", "number"]))]
pub struct SuppressWhich {
    /// The number of this patient
    #[arg(long, value_name = "PATIENT")]
    pub patient: Option<String>,
    /// A file with telephone numbers, one a line; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub number: Option<PathBuf>,
}

/// A change.
#[derive(Args)]
pub struct SuppressChange {
    #[command(flatten)]
    pub state: State,
    #[command(flatten)]
    pub which: SuppressWhich,
    /// Of what: `everything`, or a category such as `marketing`
    #[arg(long, value_name = "SCOPE", default_value = "everything")]
    pub scope: Scope,
    /// Who said it and how, such as "called on Monday"
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    /// Who books it; default: POSTERN_STAFF, else the login's name
    #[arg(long, value_name = "STAFF")]
    pub by: Option<String>,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}
