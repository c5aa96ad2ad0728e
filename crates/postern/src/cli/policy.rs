use super::{ClockSetting, Output, State};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The rules on sending as data: hours, counts, how far a STOP reaches.
#[derive(Args)]
pub struct Policy {
    #[command(subcommand)]
    pub command: PolicyCommand,
}

/// What to do.
#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Print the policy in force, word for word: a file to begin from
    Show {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
    /// Take the clinic's own policy into force for every decision from now on
    ///
    /// It may be stricter than what comes with the program and nowhere wider than the law and this product allow. Give it a version of
    /// its own: that stands on each decision, with the hash of the file, whose words are kept.
    Use {
        #[command(flatten)]
        state: State,
        /// The policy
        #[arg(value_name = "POLICY.toml")]
        file: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
}
