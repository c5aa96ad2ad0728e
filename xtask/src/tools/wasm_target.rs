//! The compiler's WebAssembly target.

use crate::step;
use anyhow::Result;

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target with rustup where it is missing.
pub fn ensure() -> Result<()> {
    let installed = step::output(step::program("rustup").args(["target", "list", "--installed"]));
    if installed.is_some_and(|list| list.lines().any(|line| line == TARGET)) {
        return Ok(());
    }
    step::run(
        "adding the WebAssembly target to the compiler",
        step::program("rustup").args(["target", "add", TARGET]),
    )
}
