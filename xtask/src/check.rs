//! `cargo xtask check`: format, lints, licences and sources of dependencies, house rules.

use crate::{house, step, tools};
use anyhow::Result;

/// Runs every check; the first that fails ends it.
pub fn run() -> Result<()> {
    tools::wasm_target()?;
    tools::CARGO_DENY.ensure()?;
    step::say("house rules");
    house::run()?;
    step::run("format", &mut step::cargo(["fmt", "--all", "--check"]))?;
    step::run(
        "lints, everything but the app as the browser gets it",
        &mut step::cargo(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    )?;
    step::run(
        "lints, the app as the browser gets it",
        &mut step::cargo([
            "clippy",
            "--package=postern-app",
            "--target=wasm32-unknown-unknown",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    step::run(
        "licences, doubles and sources of dependencies",
        step::program("cargo-deny").args(["--all-features", "check", "bans", "licenses", "sources"]),
    )
}
