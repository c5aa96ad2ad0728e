use super::{ClockSetting, Output, State};
use clap::{Args, Subcommand, ValueEnum};
use postern_protocol::time::Timestamp;
use std::path::PathBuf;

/// The desk's ledger: who did what, when, to whom.
#[derive(Args)]
pub struct Ledger {
    #[command(subcommand)]
    pub command: LedgerCommand,
}

/// What to do with it.
#[derive(Subcommand)]
pub enum LedgerCommand {
    /// Write it out for somebody else's eyes; that it was written out becomes a line of it
    ///
    /// It carries the clinic's ids of patients and no name, number, birth date or key. Every row names who it was.
    Export {
        #[command(flatten)]
        state: State,
        /// csv: a spreadsheet; fhir: AuditEvent and Provenance, one resource a line; jsonl: one object a line
        #[arg(long)]
        format: LedgerFormat,
        /// Only from this moment on, such as 2026-01-01T00:00:00Z
        #[arg(long, value_name = "MOMENT", value_parser = super::moment)]
        from: Option<Timestamp>,
        /// Only until before this moment
        #[arg(long, value_name = "MOMENT", value_parser = super::moment)]
        until: Option<Timestamp>,
        /// Write to this file, mode 0600, which must not be there yet, instead of printing
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
}

/// In which form.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LedgerFormat {
    Csv,
    Fhir,
    Jsonl,
}
