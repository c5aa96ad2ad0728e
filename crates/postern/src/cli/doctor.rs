use super::{ClockSetting, Output, State};
use clap::Args;
use std::path::PathBuf;

/// Look for what would go wrong: configuration, permissions, TLS, clock, disk, keys, texts that wait.
///
/// Each finding has a code, says what it found and what to do. Exit status 1 where one is a failure. The folder says whether it is
/// a desk's or a portal's.
#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    pub state: OptionalState,
    /// At the desk: go through the list before the first real text; sending to real phones is refused until it passed
    #[arg(long)]
    pub live: bool,
    /// Say that an item of the list is so, as only a person can know; the ledger keeps it
    #[arg(long, value_name = "ITEM", requires = "live", value_parser = ["phone-answered", "reader-named", "backups-kept"])]
    pub confirm: Vec<String>,
    /// Compare what a portal serves with what was published
    #[arg(long, value_name = "URL")]
    pub served: Option<String>,
    /// The unpacked archive of `cargo xtask dist`: its app folder and SHA256SUMS
    #[arg(long, value_name = "DIR", requires = "served", default_value = ".")]
    pub dist: PathBuf,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}

/// As [`State`], where a comparison alone needs none.
#[derive(Args)]
pub struct OptionalState {
    /// Folder of the state; may be left out with --served
    #[arg(
        long = "state",
        value_name = "DIR",
        env = "POSTERN_STATE",
        hide_env_values = true,
        required_unless_present = "served"
    )]
    pub folder: Option<PathBuf>,
}

impl OptionalState {
    /// The state, where one was named.
    pub fn named(&self) -> Option<State> {
        self.folder.clone().map(|folder| State { folder })
    }
}
