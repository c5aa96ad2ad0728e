//! The compiler's companions.

use crate::step;
use anyhow::Result;

/// Adds clippy and rustfmt with rustup where they are missing.
pub fn ensure() -> Result<()> {
    let is_there = |name: &str| step::output(&mut step::cargo([name, "--version"])).is_some();
    if ["clippy", "fmt"].into_iter().all(is_there) {
        return Ok(());
    }
    step::run(
        "adding clippy and rustfmt to the compiler",
        step::program("rustup").args(["component", "add", "clippy", "rustfmt"]),
    )
}
