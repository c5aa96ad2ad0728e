use super::{ClockSetting, Output, State};
use clap::{Args, Subcommand};
use postern_desk::retention::Class;
use postern_protocol::time::Timestamp;

/// How long the desk keeps what, and taking away what is older.
#[derive(Args)]
pub struct Retention {
    #[command(subcommand)]
    pub command: RetentionCommand,
}

/// What to do.
#[derive(Subcommand)]
pub enum RetentionCommand {
    /// Each class: how long it is kept, how much there is, how much is due
    Show {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
    /// Take away what of a class is older than it is kept; it does not come back
    ///
    /// Refused where it would take what is to be kept: consents six years, the ledger ten, a link's messages and answers 90 days after
    /// its end. An opt-out stands however old it is. Backups of before still hold what went.
    Purge {
        #[command(flatten)]
        state: State,
        /// messages, consents, ledger or returned
        #[arg(long, value_name = "CLASS")]
        class: Class,
        /// What had ended before this moment; without it, what is older than it is kept
        #[arg(long, value_name = "MOMENT", value_parser = super::moment)]
        before: Option<Timestamp>,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
}
