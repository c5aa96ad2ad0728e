//! `cargo xtask e2e`: journeys in real browsers, through a real portal and desk.

use crate::{build, step, tools};
use anyhow::Result;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

/// Which journeys, in which browsers.
#[derive(clap::Args)]
pub struct Arguments {
    /// Every journey in every browser, not only the core ones outside Chromium
    #[arg(long)]
    all: bool,
    /// Only in this browser
    #[arg(long, value_enum)]
    browser: Option<Browser>,
    /// Only journeys whose name holds these letters
    filter: Option<String>,
}

/// The browsers a patient's phone has, or the nearest that runs on a developer's machine.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Browser {
    Chromium,
    Firefox,
    Webkit,
}

impl Browser {
    fn test_name(self) -> &'static str {
        match self {
            Self::Chromium => "in_chromium",
            Self::Firefox => "in_firefox",
            Self::Webkit => "in_webkit",
        }
    }
}

impl Arguments {
    /// What CI runs: every journey in Chromium, the core ones in all three.
    pub fn core() -> Self {
        Self { all: false, browser: None, filter: None }
    }
}

/// Builds what is missing and runs the journeys.
pub fn run(arguments: &Arguments) -> Result<()> {
    prepare()?;
    // The whole workspace is named, here and below, so that every command needs the same build of each dependency.
    let mut command = step::cargo(["test", "--workspace", "--locked", "--test=journeys", "--"]);
    command.args(["--test-threads", &threads()]);
    if arguments.all {
        command.arg("--include-ignored");
    }
    command.args(arguments.browser.map(Browser::test_name));
    command.args(&arguments.filter);
    step::run("journeys in real browsers", quiet(&mut command))
}

/// What every measurement in a browser needs: tools, the built app, the programs. Once a command is enough.
pub fn prepare() -> Result<()> {
    static PREPARED: AtomicBool = AtomicBool::new(false);
    if PREPARED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    tools::browsers()?;
    tools::node()?;
    build::run(build::Optimise::Always)?;
    step::run("building the programs", &mut step::cargo(["build", "--workspace", "--bins", "--locked"]))
}

/// A measurement of tests/measure, built by [`prepare`].
pub fn measurement(name: &str) -> Command {
    let mut command = step::program(format!("target/debug/{name}"));
    quiet(&mut command);
    command
}

/// A failed journey says what it saw; where in the runtime that was is of no use.
fn quiet(command: &mut Command) -> &mut Command {
    command.env("RUST_BACKTRACE", "0")
}

/// A journey mostly waits for its browser.
fn threads() -> String {
    std::thread::available_parallelism().map_or(3, |count| count.get().clamp(3, 6)).to_string()
}
