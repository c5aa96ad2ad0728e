use super::{ClockSetting, Output, State};
use clap::Args;

/// Give a locked link five more tries; once a link.
///
/// Speak to the patient first: somebody else may have burnt the tries. After a second lock only a new link helps.
#[derive(Args)]
pub struct Unlock {
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
