//! The one executable: demo, portal, desk, patients, send, inbox, recall, unlock, history, keys, audit, doctor. It reads the command line, opens what the
//! command needs and says in words what came of it; what the words are about happens in the rooms it starts.

mod cli;
mod clock;
mod command;
mod demo;
mod doctor;
mod failure;
mod log;
mod paper;
mod recovery;
mod staff;
mod stop;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failure::Failure::from(error).report(),
    };
    match runtime.block_on(command::run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
