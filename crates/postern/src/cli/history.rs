use super::{ClockSetting, Output, State};
use clap::{ArgGroup, Args};
use std::path::PathBuf;

/// Everything about a person, in order: what was sent, what they did, who did what at the clinic.
///
/// A number or a birth date is never typed here, where the shell's history and the list of processes would show it. That
/// somebody looked is noted in the ledger.
#[derive(Args)]
#[command(group = ArgGroup::new("about").required(true).args(["patient", "number"]))]
pub struct History {
    #[command(flatten)]
    pub state: State,
    /// The patient's id
    #[arg(long, value_name = "PATIENT")]
    pub patient: Option<String>,
    /// A file that holds the telephone number; `-` reads standard input. Everybody who has or had it
    #[arg(long, value_name = "FILE")]
    pub number: Option<PathBuf>,
    /// Write a page to print, mode 0600, instead of printing words
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}
