use super::{ClockSetting, Output, State};
use clap::{Args, Subcommand};
use postern_protocol::wire::desk_policies::{PolicyKind, PolicyLanguage, PolicyVersion};
use std::path::PathBuf;

/// The clinic's own texts that everybody can read: texting policy, terms, privacy notice.
#[derive(Args)]
pub struct Legal {
    #[command(subcommand)]
    pub command: LegalCommand,
}

/// What to do.
#[derive(Subcommand)]
pub enum LegalCommand {
    /// Publish a text, for ever: at the portal under /policy/KIND/VERSION/LANGUAGE
    ///
    /// A published text is never changed: give another one a version of its own, and name it in [texting.policies] of CLINIC.toml. Consents
    /// name the versions that were asked with, with the hash of each.
    Publish {
        #[command(flatten)]
        state: State,
        /// What it is: texting, terms or privacy
        #[arg(long)]
        kind: PolicyKind,
        /// Your own word for the version, such as 2026-11
        #[arg(long = "as", value_name = "VERSION")]
        name: PolicyVersion,
        /// Its language
        #[arg(long, value_name = "TAG", default_value = "en")]
        language: PolicyLanguage,
        /// The text: `# ` and its title first, `## ` before headings, paragraphs, lists, links
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
    /// Print the texting policy that comes with the program, with the clinic's names in it: a draft to read, change and publish
    Draft {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        clock: ClockSetting,
    },
    /// List every text that was published, with its hash and address
    Show {
        #[command(flatten)]
        state: State,
        #[command(flatten)]
        clock: ClockSetting,
        #[command(flatten)]
        output: Output,
    },
}
