use super::{ClockSetting, Output, State};
use clap::{ArgGroup, Args, Subcommand};
use postern_protocol::time::Timestamp;
use std::path::PathBuf;

/// Consents: what was agreed to, on which page, with proof.
#[derive(Args)]
pub struct Consent {
    /// What to do.
    #[command(subcommand)]
    pub command: ConsentCommand,
}

/// What to do.
#[derive(Subcommand)]
pub enum ConsentCommand {
    Show(ConsentShow),
    Replay(ConsentReplay),
    Record(ConsentRecord),
}

/// Show a consent or all of a patient, each checked again.
///
/// With --json a consent is one file that proves itself: text, page, signed record with its key, receipt.
#[derive(Args)]
#[command(group = ArgGroup::new("which").required(true).args(["consent", "patient"]))]
pub struct ConsentShow {
    #[command(flatten)]
    pub state: State,
    /// The consent's id
    pub consent: Option<String>,
    /// All of this patient
    #[arg(long, value_name = "PATIENT")]
    pub patient: Option<String>,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}

/// Draw the page that was agreed on again, word for word, from what was stored and nothing else.
///
/// First everything is checked: one changed byte of text, page or record, and nothing is drawn.
#[derive(Args)]
#[command(group = ArgGroup::new("source").required(true).args(["consent", "file"]))]
pub struct ConsentReplay {
    #[command(flatten)]
    pub state: State,
    /// The consent's id
    pub consent: Option<String>,
    /// A file that `consent show --json` printed, instead of this desk's store; the desk gives only the portal's public keys
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Write a page to print, mode 0600, instead of printing words
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    #[command(flatten)]
    pub clock: ClockSetting,
}

/// Book a consent that was given on paper or at the counter.
///
/// The text is the clinic's own form of that kind. Keep the scan's file: only its hash is stored.
#[derive(Args)]
pub struct ConsentRecord {
    #[command(flatten)]
    pub state: State,
    /// The patient's id
    #[arg(long, value_name = "PATIENT")]
    pub patient: String,
    /// What about: care-texts or marketing
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// A category whose box is ticked; may be given several times
    #[arg(long, value_name = "CATEGORY")]
    pub category: Vec<String>,
    /// It was refused, or taken back: `refused` or `taken-back`
    #[arg(long, value_name = "HOW", conflicts_with = "category")]
    pub instead: Option<String>,
    /// When, as the paper says, such as 2026-11-23T10:00:00-05:00
    #[arg(long, value_name = "MOMENT", value_parser = super::moment)]
    pub at: Timestamp,
    /// The name under it
    #[arg(long, value_name = "NAME")]
    pub signature: Option<String>,
    /// Who saw it being signed or said
    #[arg(long, value_name = "NAME")]
    pub witness: String,
    /// The scan
    #[arg(long, value_name = "FILE")]
    pub scan: PathBuf,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}
