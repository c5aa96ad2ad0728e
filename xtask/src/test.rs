//! `cargo xtask test`: everything CI runs.

use crate::{check, e2e, size, step, tools, vectors};
use anyhow::Result;

/// Check, unit tests of every crate, those of the protocol in a browser too, the app's build, journeys in real browsers, what a
/// patient downloads.
pub fn run() -> Result<()> {
    step::say("everything CI runs; on a bare machine the tools come first (about 15 min, once)");
    tools::browsers()?;
    tools::node()?; // an independent JOSE, for the unit tests too
    tools::postgres()?; // the portal's store is tested on both of its engines
    check::run()?;
    let mut tests = step::cargo(["test", "--workspace", "--locked", "--"]);
    // Journeys come later, when what they walk through is built.
    tests.args(["--skip=in_chromium", "--skip=in_firefox", "--skip=in_webkit"]);
    step::run("unit and contract tests of every crate", &mut tests)?;
    vectors::in_a_browser()?;
    e2e::run(&e2e::Arguments::core())?;
    size::count()?;
    step::say("all of it passed");
    Ok(())
}
