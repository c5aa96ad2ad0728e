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
    let mut command = journeys(&["test", "--test=journeys"]);
    command.arg("--").args(["--test-threads", &threads()]);
    if arguments.all {
        command.arg("--include-ignored");
    }
    command.args(arguments.browser.map(Browser::test_name));
    command.args(&arguments.filter);
    step::run("journeys in real browsers", &mut command)
}

/// What every measurement in a browser needs: tools, the built app, the executable. Once a command is enough.
pub fn prepare() -> Result<()> {
    static PREPARED: AtomicBool = AtomicBool::new(false);
    if PREPARED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    tools::browsers()?;
    tools::node()?;
    build::run(build::Optimise::Always)?;
    executable()
}

/// The one executable, as journeys and demo start it.
pub fn executable() -> Result<()> {
    step::run("building the executable", &mut step::cargo(["build", "--package=postern", "--locked"]))
}

/// Cargo on the package of journeys, told where the built things stand.
pub fn journeys(arguments: &[&str]) -> Command {
    let mut command = step::cargo(arguments);
    command.args(["--package=postern-journeys", "--locked"]);
    command.env("RUST_BACKTRACE", "0"); // a failed journey says what it saw; where in the runtime is of no use
    command
}

/// A journey mostly waits for its browser, so two more than there are processors.
fn threads() -> String {
    std::thread::available_parallelism().map_or(2, |count| count.get().min(4)).to_string()
}
