//! The command line, as data. What a command does is in [`crate::command`].

mod audit;
mod clinic;
mod consent;
mod demo;
mod desk;
mod doctor;
mod history;
mod keys;
mod ledger;
mod legal;
mod limits;
mod number;
mod policy;
mod portal;
mod reply;
mod retention;
mod send;
mod suppress;
mod unlock;
mod whose;

pub use audit::{Audit, AuditCommand};
pub use clinic::{Inbox, Patients, PatientsCommand, Recall};
pub use consent::{Consent, ConsentCommand, ConsentRecord, ConsentReplay, ConsentShow};
pub use demo::Demo;
pub use desk::{Desk, DeskCommand};
pub use doctor::Doctor;
pub use history::History;
pub use keys::{Keys, KeysCommand};
pub use ledger::{Ledger, LedgerCommand, LedgerFormat};
pub use legal::{Legal, LegalCommand};
pub use limits::LimitSettings;
pub use number::{Number, NumberCommand};
pub use policy::{Policy, PolicyCommand};
pub use portal::{Portal, PortalCommand, SharedStoresSetting};
pub use reply::Reply;
pub use retention::{Retention, RetentionCommand};
pub use send::Send;
pub use suppress::{Suppress, SuppressChange, SuppressCommand, SuppressWhich};
pub use unlock::Unlock;
pub use whose::{Whose, WhoseArguments};

use clap::{Args, Parser, Subcommand};
use postern_protocol::time::Timestamp;
use std::path::PathBuf;

/// Texts a patient can trust: a link, a birth date, the message, the answer. Nobody in between can read it.
#[derive(Parser)]
#[command(name = "postern", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "\
Try it: `postern demo --app dist` shows a patient's phone and a clinic's desk on this machine.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused by a rule (the text says which, and what to do).")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    // Their words stand at the types, which have more to say than one line.
    Demo(Demo),
    Portal(Portal),
    Desk(Desk),
    Patients(Patients),
    Number(Number),
    Suppress(Suppress),
    Policy(Policy),
    Send(Send),
    Inbox(Inbox),
    Reply(Reply),
    Recall(Recall),
    Unlock(Unlock),
    Consent(Consent),
    Legal(Legal),
    History(History),
    Ledger(Ledger),
    Retention(Retention),
    Keys(Keys),
    Audit(Audit),
    Doctor(Doctor),
}

/// Where the program keeps its state.
#[derive(Args)]
pub struct State {
    /// Folder of the state; made by `init`, mode 0700
    #[arg(long = "state", value_name = "DIR", env = "POSTERN_STATE", hide_env_values = true)]
    pub folder: PathBuf,
}

/// The desk's clock.
#[derive(Args)]
pub struct ClockSetting {
    /// Set the clock to this moment and let it run on (to try things out; default: the computer's)
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub clock: Option<Timestamp>,
}

/// How the result is printed.
#[derive(Args, Clone, Copy)]
pub struct Output {
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
}

fn moment(text: &str) -> Result<Timestamp, postern_fhir::instant::NotAnInstant> {
    postern_fhir::instant::parse(text).map(|moment| Timestamp(moment.milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_birth_date_or_a_number() {
        // What stands in a file is not seen in the list of processes or the shell's history.
        fn in_a_file(argument: &clap::Arg) -> bool {
            argument.get_value_names().is_some_and(|names| names == ["FILE"])
        }
        fn names(command: &clap::Command, found: &mut Vec<String>) {
            let arguments = command.get_arguments().filter(|argument| !in_a_file(argument));
            found.extend(arguments.map(|argument| argument.get_id().to_string()));
            command.get_subcommands().for_each(|sub| names(sub, found));
        }
        let mut found = Vec::new();
        names(&Cli::command(), &mut found);
        assert!(found.iter().any(|name| name == "to"), "{found:?}");
        for name in found {
            assert!(!["birth", "dob", "number", "phone"].iter().any(|word| name.contains(word)), "{name}");
        }
    }
}
