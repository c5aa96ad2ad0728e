//! The built `postern` executable and the built app.

use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Where it stands.
pub struct Executable(PathBuf);

impl Executable {
    /// The one that cargo built beside this test.
    pub fn built() -> Result<Self> {
        let this = std::env::current_exe()?;
        let folders = this.ancestors().skip(1).take(3);
        let found = folders.map(|folder| folder.join("postern")).find(|path| path.is_file());
        Ok(Self(found.context("there is no postern executable: run `cargo xtask e2e`")?))
    }

    /// A command that runs it with a clock that is `later`.
    pub fn command(&self, arguments: &[&str], later: Option<Duration>) -> Command {
        let mut command = match later {
            None => Command::new(&self.0),
            Some(later) => {
                let mut command = Command::new("faketime");
                command.arg("-f").arg(format!("+{}s", later.as_secs())).arg(&self.0);
                command
            }
        };
        command.args(arguments);
        command
    }

    /// Runs it to its end on a state folder; gives what it printed, or an error with what it said.
    pub async fn run(&self, arguments: &[&str], state: &Path) -> Result<String> {
        let mut command = tokio::process::Command::new(&self.0);
        command.args(arguments).env("POSTERN_STATE", state).stdin(std::process::Stdio::null());
        let output = command.output().await?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            bail!("postern {} failed ({}): {said}", arguments.join(" "), output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// The folder that `cargo xtask build` made.
pub fn built_app() -> Result<PathBuf> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("tests/ stands in the workspace")?
        .join("dist");
    ensure!(dist.is_dir(), "there is no built app: run `cargo xtask e2e`");
    Ok(dist)
}
