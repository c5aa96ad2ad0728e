//! Rust's standard library, built for size with the app instead of taken as it was shipped.
//!
//! Shipped, it is built for speed, and every panic in it formats a message that nobody on a phone will read. Built here from the
//! pinned toolchain's own source, a panic is the trap that it always ended in, without the message before it, and a patient waits
//! for 17 KB less. The flags are unstable; the toolchain is pinned to one release, so they cannot change under us.

use crate::step;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the linker keeps for xtask/src/split.rs, and what a panic does.
const RUSTFLAGS: &str = "-Clink-args=--emit-relocs -Zunstable-options -Cpanic=immediate-abort";

/// Where its source is, or would be.
///
/// # Errors
/// There is no compiler.
pub fn source() -> Result<PathBuf> {
    let root = step::output(step::program("rustc").args(["--print", "sysroot"])).context("rustc")?;
    Ok(Path::new(root.trim()).join("lib/rustlib/src/rust/library"))
}

/// Adds the standard library's source with rustup where it is missing.
pub fn ensure() -> Result<()> {
    if source().is_ok_and(|source| source.join("Cargo.lock").exists()) {
        return Ok(());
    }
    step::run(
        "adding the standard library's source to the compiler",
        step::program("rustup").args(["component", "add", "rust-src"]),
    )
}

/// Downloads what the app and the standard library are built of: Trunk's cargo works offline, and what the standard library
/// depends on stands in its own lock file, not in ours.
pub fn fetch() -> Result<()> {
    let mut fetch = step::cargo(["fetch", "--locked"]);
    step::run("fetching what the app is built of", built_with(&mut fetch))
}

/// Lets the cargo that `command` calls build the standard library too.
pub fn built_with(command: &mut Command) -> &mut Command {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("CARGO_BUILD_TARGET", "wasm32-unknown-unknown")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", RUSTFLAGS)
}
