//! `cargo xtask bench`: how long a patient on a slow phone waits, as ratios within one run; with `--portal`, what the portal
//! can do on this machine; with `--rules`, what a decision to send costs at a large clinic.

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
    /// Not the page but the desk: what a decision to send costs with 100,000 patients and a year of ledger
    #[arg(long, conflicts_with = "portal")]
    rules: bool,
}

/// Times this app, a bare page of the same bytes, and every peer.
pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.portal {
        return portal();
    }
    if arguments.rules {
        return rules();
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

/// A decision to send, with ten times the patients and with a year of ledger; takes minutes and about two gigabytes of disk.
fn rules() -> Result<()> {
    let arguments = [
        "test",
        "--release",
        "--package=postern-desk",
        "--lib",
        "--locked",
        "--",
        "--ignored",
        "--nocapture",
        "a_decision_stays_under_five_milliseconds",
    ];
    step::run(
        "a decision to send, a hundred thousand patients, a year of ledger",
        &mut step::cargo(arguments),
    )
}
