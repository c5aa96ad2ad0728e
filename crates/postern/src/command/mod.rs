//! What each command does.

mod desk;
mod inbox;
pub mod open;
mod patients;
pub mod portal;
pub mod print;
mod recall;
mod send;

use crate::{cli::Command, demo, failure::Failure};

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
        Command::Send(send) => send::run(send).await,
        Command::Inbox(inbox) => inbox::run(inbox).await,
        Command::Recall(recall) => recall::run(recall).await,
    }
}
