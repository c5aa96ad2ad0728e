//! Starting a driver and a session with it.

use crate::process::Process;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use thirtyfour::{Capabilities, WebDriver};

const PATIENCE: Duration = Duration::from_secs(30);

/// Starts a driver that will listen on `port`.
pub async fn start(command: &mut Command, port: u16, log: &Path) -> Result<Process> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut process = Process::start(&name, command, log)?;
    process.listens(port, PATIENCE).await?;
    Ok(process)
}

/// Opens a session with these capabilities.
pub async fn session(port: u16, capabilities: Value) -> Result<WebDriver> {
    // Built with the whole workspace, the HTTP client wants one; whoever came first has installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Value::Object(members) = capabilities else { anyhow::bail!("capabilities are an object") };
    let mut wanted = Capabilities::new();
    for (name, value) in members {
        wanted.set(name, value)?;
    }
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.context("no session")?;
    driver.set_script_timeout(Duration::from_secs(60)).await?;
    driver.set_page_load_timeout(Duration::from_secs(60)).await?;
    Ok(driver)
}
