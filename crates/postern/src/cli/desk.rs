use super::{ClockSetting, Output, State};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The clinic's side: keys, patients, the reader of answers.
///
/// The vault is unlocked by `STATE/vault.key`, by the file that POSTERN_VAULT_KEY names, or by the passphrase in
/// POSTERN_VAULT_PASSPHRASE.
#[derive(Args)]
pub struct Desk {
    #[command(subcommand)]
    pub command: DeskCommand,
}

/// What to do with it.
#[derive(Subcommand)]
pub enum DeskCommand {
    /// Make a desk: vault, keys, empty ledger; writes STATE/enrolment.json for the portal
    Init {
        #[command(flatten)]
        state: State,
        /// The clinic: id, name, phone, country, colour
        #[arg(long, value_name = "CLINIC.toml")]
        clinic: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
    },
    /// Take [texting] of CLINIC.toml, and nothing else of it: who sends, how often, terms and privacy notice
    Texting {
        #[command(flatten)]
        state: State,
        /// The clinic's file
        #[arg(long, value_name = "CLINIC.toml")]
        clinic: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
    },
    /// Take [actions] of CLINIC.toml, and nothing else of it: the hosts that messages may lead to
    Actions {
        #[command(flatten)]
        state: State,
        /// The clinic's file
        #[arg(long, value_name = "CLINIC.toml")]
        clinic: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
    },
    /// Take [replies] of CLINIC.toml, and nothing else of it but the zone: whether patients may write back, office hours
    Replies {
        #[command(flatten)]
        state: State,
        /// The clinic's file
        #[arg(long, value_name = "CLINIC.toml")]
        clinic: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
    },
    /// Trust a portal: reads the file that `portal enrol` printed
    Pin {
        #[command(flatten)]
        state: State,
        /// The portal's pin file
        #[arg(value_name = "PORTAL.json")]
        file: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
    },
    /// Read answers from the portal, until stopped
    Run {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        clock: ClockSetting,
    },
    /// Print the clinic's private keys, the sealed answers and their receipts, for an independent check
    ExportKeys {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        output: Output,
    },
}
