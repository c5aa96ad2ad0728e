use super::{ClockSetting, Output, State, WhoseArguments};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Whom the clinic can send to.
#[derive(Args)]
pub struct Patients {
    #[command(subcommand)]
    pub command: PatientsCommand,
}

/// What to do with them.
#[derive(Subcommand)]
pub enum PatientsCommand {
    /// Take in patients and who may answer for them from FHIR: Patient and RelatedPerson, a list of them, or a Bundle
    Import {
        #[command(flatten)]
        state: State,
        /// JSON with id, name, birthDate, a number for texts, language, time zone
        file: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
    /// Show a patient and who may answer for them; no number and no birth date
    Show {
        #[command(flatten)]
        state: State,
        /// The patient's id
        patient: String,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
    /// Book that staff spoke to a person whose birth date was typed wrong too often: links can be made again
    ClearTries {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        whose: WhoseArguments,
        /// How they spoke, such as "at the counter, date and number checked"
        #[arg(long, value_name = "WORDS")]
        how: String,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
}

/// What was sent, what was answered, and what needs a person.
#[derive(Args)]
pub struct Inbox {
    #[command(flatten)]
    pub state: State,
    /// Wait up to so many seconds until something has come in
    #[arg(long, value_name = "SECONDS")]
    pub wait: Option<u64>,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}

/// Take a link back: what it opens is destroyed at once.
#[derive(Args)]
pub struct Recall {
    #[command(flatten)]
    pub state: State,
    /// The link's id, or a message's, as `send` and `inbox` print it
    #[arg(allow_hyphen_values = true)]
    pub link: String,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}
