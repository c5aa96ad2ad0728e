//! WebKitGTK's MiniBrowser through WebKitWebDriver, on a screen that is as large as the page is to be.

use super::{Options, driver};
use crate::{port, process::Process};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::sleep;

/// Starts it on a screen of its own.
pub async fn start(options: &Options, wire: u16, folder: &Path) -> Result<(WebDriver, Vec<Process>)> {
    let (screen, display) = screen(options, folder).await?;
    let port = port::free()?;
    let mut command = Command::new("WebKitWebDriver");
    command.arg("--host=127.0.0.1").arg(format!("--port={port}"));
    command.env("DISPLAY", &display).env_remove("WAYLAND_DISPLAY");
    command.env("HOME", folder).env("XDG_RUNTIME_DIR", folder);
    command.env("LANGUAGE", options.language.replace('-', "_"));
    command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1"); // bubblewrap needs what containers do not give
    command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    command.env("NO_AT_BRIDGE", "1");
    if !options.web_assembly {
        command.env("JSC_useWasm", "0");
    }
    let process = driver::start(&mut command, port, &folder.join("webkitdriver.log")).await?;
    let capabilities = json!({
        "browserName": "MiniBrowser",
        "acceptInsecureCerts": options.trusting,
        "webkitgtk:browserOptions": {
            "binary": mini_browser()?.to_string_lossy(),
            "args": ["--automation", "--full-screen"],
        },
        "proxy": { "proxyType": "manual", "httpProxy": format!("127.0.0.1:{wire}"), "sslProxy": format!("127.0.0.1:{wire}") },
    });
    let driver = driver::session(port, capabilities).await?;
    // The window is full-screen but starts at its usual size; below about 334 px it does not go.
    driver.set_window_rect(0, 0, options.viewport.width, options.viewport.height).await?;
    Ok((driver, vec![process, screen]))
}

/// A virtual screen of the page's size, and its name.
async fn screen(options: &Options, folder: &Path) -> Result<(Process, String)> {
    let told = folder.join("xvfb.log");
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"]);
    command.arg(format!("{}x{}x24", options.viewport.width, options.viewport.height));
    let mut process = Process::start("Xvfb", &mut command, &told)?;
    for _ in 0..200 {
        let text = std::fs::read_to_string(&told)?;
        if let Some(number) = text.lines().find_map(|line| line.trim().parse::<u32>().ok()) {
            return Ok((process, format!(":{number}")));
        }
        process.still_runs()?;
        sleep(Duration::from_millis(50)).await;
    }
    bail!("Xvfb names no display")
}

/// Debian keeps it beside the library, under the machine's name.
fn mini_browser() -> Result<PathBuf> {
    let folders =
        std::fs::read_dir("/usr/lib")?.flatten().map(|entry| entry.path().join("webkit2gtk-4.1/MiniBrowser"));
    folders.into_iter().find(|path| path.is_file()).context("no MiniBrowser of webkit2gtk-4.1 in /usr/lib")
}
