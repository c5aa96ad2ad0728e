use super::{ClockSetting, Output, State};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The long-term keys of a desk or of a portal.
///
/// The folder says which it is: one with desk.sqlite is a desk's, one with portal.json a portal's.
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// What to do with them.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Which keys there are, how old they are, what still needs them; no secret
    Show {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        output: Output,
    },
    /// At the desk: a new key for answers, and the portal's next signing key pinned
    ///
    /// `desk run` does both by itself: the key for answers after 30 days, the portal's keys once a day. The old key's private half
    /// is destroyed when no live link names it any more and the feed is past its last answer; booked answers stay readable.
    RotateClinic {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
    /// At the portal: sign receipts with the next key, from the portal's next start on
    ///
    /// Refused until the next key is 97 days old: links that are out accept receipts only under the two keys they were sent with,
    /// and live up to 90 days. Retired keys stay published for ten years.
    RotateSigning {
        #[command(flatten)]
        state: State,
        /// Do not wait, because the key was stolen: pages that are out will refuse receipts of a key they do not know
        #[arg(long)]
        at_once: bool,
        #[command(flatten)]
        output: Output,
    },
    /// At the portal: a new OPAQUE setup for new links, from the portal's next start on
    ///
    /// Links that are out keep theirs; a setup goes with the next run of this command after its last link has ended.
    NewSetup {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        output: Output,
    },
    /// Write the recovery copy as pages to print
    ///
    /// A desk's opens the vault of a backed-up desk.sqlite, a portal's opens keys.sealed, which this command writes and which
    /// belongs to the backups. The copy stays good when keys change. It is split: any two of three sheets, as it comes.
    Backup {
        #[command(flatten)]
        state: State,
        /// File for the pages, mode 0600; print it, then delete it
        #[arg(long, value_name = "FILE")]
        html: PathBuf,
        /// How many sheets there are
        #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
        sheets: u8,
        /// How many of them are needed
        #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
        needed: u8,
        #[command(flatten)]
        clock: ClockSetting,
    },
    /// Give a folder from a backup its keys again, with the sheets of the recovery copy
    ///
    /// At a desk the folder holds desk.sqlite; a new vault.key is made (or POSTERN_VAULT_KEY or POSTERN_VAULT_PASSPHRASE used).
    /// At a portal it holds portal.json and keys.sealed; keys.json is made.
    Restore {
        #[command(flatten)]
        state: State,
        /// A file with the sheets' rows; without it they are read from standard input
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
    },
}
