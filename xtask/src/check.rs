//! `cargo xtask check`: format, lints, licences and sources of dependencies, house rules.

use crate::{house, step, tools};
use anyhow::{Result, bail};

/// Runs every check, then fails if any did.
pub fn run() -> Result<()> {
    tools::wasm_target()?;
    tools::components()?;
    tools::CARGO_DENY.ensure()?;
    step::say("house rules");
    let checks = [house::run(), format(), lints(), lints_of_the_app(), dependencies()];
    let failed: Vec<String> =
        checks.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    if failed.is_empty() { Ok(()) } else { bail!("{}", failed.join("\n✗ ")) }
}

fn format() -> Result<()> {
    step::run("format", &mut step::cargo(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    step::run("lints, everything as it runs here", &mut step::cargo(arguments))
}

fn lints_of_the_app() -> Result<()> {
    let mut clippy =
        step::cargo(["clippy", "--package=postern-app", "--target=wasm32-unknown-unknown", "--locked"]);
    step::run("lints, the app as the browser gets it", clippy.args(["--", "-D", "warnings"]))
}

fn dependencies() -> Result<()> {
    let mut deny = step::program("cargo-deny");
    deny.args(["--all-features", "check", "bans", "licenses", "sources"]);
    step::run("licences and sources of dependencies", &mut deny)
}
