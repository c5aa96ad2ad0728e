use super::{Output, State};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The portal's audit log: whether a row was changed, taken out or cut off.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// What to do with it.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// At the portal: check every row of the log; names the first one that does not hold
    ///
    /// The log is a chain: each row's hash covers the one before. Who can write the store can write the whole chain anew; `--head`
    /// finds that too, because the desk keeps the newest row that a receipt named.
    Verify {
        #[command(flatten)]
        state: State,
        /// What `audit head` printed at a desk; `-` reads standard input. Repeatable, one a clinic
        #[arg(long, value_name = "FILE")]
        head: Vec<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// At the desk: print the newest row of the portal's log that a receipt named, for `audit verify --head`
    Head {
        #[command(flatten)]
        state: State,
    },
}
