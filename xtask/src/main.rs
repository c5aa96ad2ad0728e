//! Every developer command, one file each. `cargo xtask <command> --help` says what it does.

mod bench;
mod build;
mod check;
mod dist;
mod e2e;
mod finish;
mod house;
mod openapi;
mod remap;
mod run;
mod sbom;
mod screens;
mod size;
mod split;
mod step;
mod sums;
mod test;
mod tools;
mod twice;
mod vectors;
mod wifi;

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Postern's developer commands.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about, disable_version_flag = true)]
struct Arguments {
    /// Another copy of the workspace to work in: how `dist --twice` builds in two folders
    #[arg(long, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// What can be asked for.
#[derive(Subcommand)]
enum Command {
    /// Build everything and open the demo: a patient's phone and a clinic's desk on this machine
    Run(run::Arguments),
    /// Everything CI runs: check, unit tests, the app's build, journeys in real browsers
    Test,
    /// Format, lints, licences of dependencies, house rules
    Check,
    /// Build the app for the browser into dist/
    Build,
    /// Journeys in real browsers
    E2e(e2e::Arguments),
    /// Count what the browser receives until the message can be read; fails over budget
    Size,
    /// Time from tap to form and from tap to text on a slow phone, as ratios
    Bench(bench::Arguments),
    /// Write docs/openapi.json anew from the portal's code
    Openapi,
    /// Pictures of the real screens, for the README
    Screens,
    /// Published vectors and hostile envelopes, natively and in a browser's WebAssembly
    Vectors,
    /// The executable and the built app in one archive, with hashes and the list of components
    Dist(dist::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match step::enter_workspace(arguments.root.as_deref()).and_then(|()| obey(arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Test => test::run(),
        Command::Check => check::run(),
        Command::Build => build::run(build::Optimise::Always),
        Command::E2e(arguments) => e2e::run(&arguments),
        Command::Size => size::run(),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Openapi => openapi::run(),
        Command::Screens => screens::run(),
        Command::Vectors => vectors::run(),
        Command::Dist(arguments) => dist::run(&arguments),
    }
}
