//! `cargo xtask test`: everything CI runs.

use crate::{check, e2e, size, step, tools};
use anyhow::Result;

/// Check, unit tests of every crate, the app's build, journeys in real browsers.
pub fn run() -> Result<()> {
    step::say("everything CI runs; on a bare machine the tools come first (about 15 min, once)");
    tools::browsers()?;
    check::run()?;
    step::run(
        "unit and contract tests of every crate",
        &mut step::cargo(["test", "--workspace", "--exclude=postern-journeys", "--locked"]),
    )?;
    e2e::run(&e2e::Arguments::core())?;
    size::run()?;
    step::say("all of it passed");
    Ok(())
}
