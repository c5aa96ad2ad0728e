use super::{ClockSetting, Output, State, WhoseArguments};
use clap::{Args, Subcommand};
use postern_protocol::category::Category;

/// What is known of a patient's telephone number.
///
/// The number itself is never typed: it is the one that the patient was imported with.
#[derive(Args)]
pub struct Number {
    #[command(subcommand)]
    pub command: NumberCommand,
}

/// What to do with it.
#[derive(Subcommand)]
pub enum NumberCommand {
    /// Book that the number is the patient's, and how that is known; it lifts no opt-out
    Confirm {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        whose: WhoseArguments,
        /// How it is known, such as "read back at the counter"
        #[arg(long, value_name = "WORDS")]
        how: String,
        /// What the patient agreed to on paper in the same talk: categories, with commas between
        #[arg(long, value_name = "CATEGORIES", value_delimiter = ',', requires_all = ["paper", "patient"])]
        agreed: Vec<Category>,
        /// Where that paper is kept
        #[arg(long, value_name = "ID", requires = "agreed")]
        paper: Option<String>,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
    /// Book that a number is the patient's although somebody said that a text was not for them; it lifts no opt-out
    Settle {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        whose: WhoseArguments,
        /// How it was settled, such as "spoke to the patient on the telephone"
        #[arg(long, value_name = "WORDS")]
        how: String,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
}
