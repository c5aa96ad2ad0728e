//! Tools that cargo installs.

use crate::step;
use anyhow::Result;
use std::process::Command;

/// A tool from crates.io, at exactly one version.
pub struct CargoTool {
    /// Name of the crate.
    pub name: &'static str,
    /// The one version that is used.
    pub version: &'static str,
    /// About how long installing takes on two cores, for the person who waits.
    pub minutes: u32,
}

impl CargoTool {
    /// Whether this very version is on the path or in target/tools.
    pub fn is_there(&self) -> bool {
        let executable = match self.name {
            "wasm-bindgen-cli" => "wasm-bindgen",
            name => name,
        };
        step::output(step::program(executable).arg("--version"))
            .is_some_and(|words| words.split_whitespace().any(|word| word == self.version))
    }

    /// Installs this version into target/tools, unless it is there.
    pub fn ensure(&self) -> Result<()> {
        if self.is_there() {
            return Ok(());
        }
        let words = format!("installing {} {} (about {} min)", self.name, self.version, self.minutes);
        // An index that lags can lack a version that the tool's lock file names; the tool's own version stays exact.
        step::run(&words, self.install().arg("--locked"))
            .or_else(|_| step::run(&format!("{words}, without its lock file"), &mut self.install()))
    }

    fn install(&self) -> Command {
        let mut command = step::cargo(["install", self.name, "--root", "target/tools"]);
        command.arg(format!("--version={}", self.version));
        // A tool is built once and run often enough: half the compile time for a little speed.
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        command.env("CARGO_PROFILE_RELEASE_LTO", "off");
        command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        command.env("CARGO_PROFILE_RELEASE_DEBUG", "false");
        command
    }
}
