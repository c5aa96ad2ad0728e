//! Programs and scripts from npm: wasm-opt, esbuild, axe-core, jose. Locked in tests/node/package-lock.json.

use crate::step;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const FOLDER: &str = "tests/node";

/// Installs what tests/node/package-lock.json names, unless that very lock is installed.
pub fn ensure() -> Result<()> {
    let lock = fs::read(format!("{FOLDER}/package-lock.json")).context("tests/node/package-lock.json")?;
    let stamp = Path::new(FOLDER).join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if step::find("npm").is_none() {
        super::browsers::apt(&["nodejs", "npm"], "Node and npm")?;
    }
    if step::find("npm").is_none() {
        bail!("npm is missing: install Node 18 or newer");
    }
    step::run(
        "installing wasm-opt, esbuild, axe-core and jose with npm",
        step::program("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(FOLDER),
    )?;
    fs::write(stamp, lock).context("cannot mark tests/node as installed")
}

/// wasm-opt, if it is installed. Only the one from npm: older ones break the module.
pub fn wasm_opt() -> Option<PathBuf> {
    installed("wasm-opt")
}

/// esbuild, if it is installed.
pub fn esbuild() -> Option<PathBuf> {
    installed("esbuild")
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::current_dir().ok()?.join(FOLDER).join("node_modules/.bin").join(name);
    path.exists().then_some(path)
}
