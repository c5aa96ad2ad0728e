//! What each command does.

mod audit;
mod consent;
mod desk;
mod history;
mod inbox;
pub mod keys;
mod ledger;
mod legal;
mod number;
pub mod open;
mod patients;
mod policy;
pub mod portal;
pub mod print;
mod recall;
mod reply;
mod retention;
mod send;
mod suppress;
mod unlock;

use crate::{cli::Command, demo, doctor, failure::Failure};

/// Runs one command to its end.
///
/// # Errors
/// In words, with the status the program ends with.
pub async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(demo) => demo::run(demo).await,
        Command::Portal(portal) => portal::run(portal.command).await,
        Command::Desk(desk) => desk::run(desk.command).await,
        Command::Patients(patients) => patients::run(patients.command).await,
        Command::Number(number) => number::run(number.command).await,
        Command::Suppress(suppress) => suppress::run(suppress.command).await,
        Command::Policy(policy) => policy::run(policy.command).await,
        Command::Send(send) => send::run(send).await,
        Command::Inbox(inbox) => inbox::run(inbox).await,
        Command::Reply(reply) => reply::run(reply).await,
        Command::Recall(recall) => recall::run(recall).await,
        Command::Unlock(unlock) => unlock::run(unlock).await,
        Command::Consent(consent) => consent::run(consent.command).await,
        Command::Legal(legal) => legal::run(legal.command).await,
        Command::History(history) => history::run(history).await,
        Command::Ledger(ledger) => ledger::run(ledger.command).await,
        Command::Retention(retention) => retention::run(retention.command).await,
        Command::Keys(keys) => keys::run(keys.command).await,
        Command::Audit(audit) => audit::run(audit.command).await,
        Command::Doctor(doctor) => doctor::run(doctor).await,
    }
}
