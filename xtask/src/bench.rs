//! `cargo xtask bench`: how long a patient on a slow phone waits, as ratios within one run; with `--portal`, what the portal
//! can do on this machine.

use crate::{e2e, step};
use anyhow::Result;

/// Whom to compare with.
#[derive(clap::Args)]
pub struct Arguments {
    /// Another product's page to time in the same run, as NAME=URL; may be given several times
    #[arg(long, value_name = "NAME=URL")]
    peer: Vec<String>,
    /// How often each page is timed; the median counts
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Not the page but the portal: verifications a second a core, records a second, and 200 patients for a minute
    #[arg(long)]
    portal: bool,
}

/// Times this app, a bare page of the same bytes, and every peer.
pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.portal {
        return portal();
    }
    e2e::prepare()?;
    let mut command = e2e::measurement("bench");
    command.args(["--rounds", &arguments.rounds.to_string()]);
    for peer in &arguments.peer {
        command.args(["--peer", peer]);
    }
    step::run("timing on the phone profile (150 ms, 1.6 Mbit/s, a processor four times slower)", &mut command)
}

/// What one portal does, built as it is installed.
fn portal() -> Result<()> {
    let arguments = ["bench", "--package=postern-portal", "--bench=portal", "--locked"];
    step::run("verifications and records a second", &mut step::cargo(arguments))?;
    let arguments =
        ["test", "--release", "--package=postern", "--test=load", "--locked", "--", "--nocapture"];
    step::run("two hundred patients for a minute", step::cargo(arguments).env("POSTERN_LOAD_SECONDS", "60"))
}
