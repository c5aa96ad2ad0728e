//! One step of a command: says what it does, runs a program, says how long it took.

use crate::remap;
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Makes the workspace's root the working directory, so that every path in xtask is relative to it.
pub fn enter_workspace(copy: Option<&Path>) -> Result<()> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = copy.or(own).context("xtask stands in the workspace")?;
    std::env::set_current_dir(root).with_context(|| format!("cannot enter {}", root.display()))
}

/// Says what is being done.
pub fn say(words: &str) {
    eprintln!("\n▸ {words}");
}

/// A program with the project's own tools first on its path.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.env("PATH", search_path());
    command
}

/// Cargo, from the same toolchain that runs this.
pub fn cargo<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(arguments: I) -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// Runs a program to its end, its output shown; an error if it fails.
pub fn run(words: &str, command: &mut Command) -> Result<()> {
    say(words);
    remap::in_app(command);
    let started = now();
    let status = command.status().with_context(|| format!("cannot start {:?}", command.get_program()))?;
    if !status.success() {
        bail!("{words}: failed ({status})");
    }
    eprintln!("  done in {} s", started.elapsed().as_secs());
    Ok(())
}

/// What a program prints on standard output, or `None` if it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program of this name stands, if it does.
pub fn find(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&search_path()).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Folders with tools this project installed for itself.
pub fn own_tools() -> [PathBuf; 2] {
    let here = std::env::current_dir().unwrap_or_default();
    [here.join("target/tools/bin"), here.join("tests/node/node_modules/.bin")]
}

fn search_path() -> std::ffi::OsString {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = own_tools().into_iter().chain(std::env::split_paths(&inherited));
    std::env::join_paths(folders).unwrap_or(inherited)
}

#[expect(clippy::disallowed_methods, reason = "a developer's command tells real time")]
fn now() -> Instant {
    Instant::now()
}
