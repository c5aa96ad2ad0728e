//! Real browsers, each with an empty profile, all of its traffic through the wire.

mod chromium;
mod driver;
mod firefox;
mod webkit;

use crate::process::Process;
use crate::wire::Wire;
use anyhow::{Context, Result};
use serde_json::json;
use std::path::Path;
use thirtyfour::WebDriver;

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK's MiniBrowser: the nearest to Safari that runs on Linux.
    Webkit,
}

/// A page's inner size in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewport {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Viewport {
    /// A phone of today.
    pub const PHONE: Self = Self { width: 390, height: 844 };
    /// The smallest phone still in use.
    pub const SMALL_PHONE: Self = Self { width: 320, height: 568 };
    /// A laptop.
    pub const LAPTOP: Self = Self { width: 1280, height: 800 };
}

/// How a browser is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The page's size.
    pub viewport: Viewport,
    /// The languages it asks for.
    pub language: String,
    /// Whether it runs WebAssembly.
    pub web_assembly: bool,
    /// Whether it goes past the wire, to time others too (Chromium only).
    pub direct: bool,
    /// Whether it takes the certificates of the tests' own pages elsewhere.
    pub trusting: bool,
    /// Whether it runs scripts at all (Chromium only).
    pub scripts: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            viewport: Viewport::PHONE,
            language: "en-US".to_owned(),
            web_assembly: true,
            direct: false,
            trusting: false,
            scripts: true,
        }
    }
}

/// A running browser with one empty tab.
pub struct Browser {
    /// Which it is.
    pub kind: Kind,
    driver: Option<WebDriver>,
    _processes: Vec<Process>,
}

impl Browser {
    /// Starts one whose traffic goes through `wire`; profile and logs go into `folder`.
    pub async fn start(kind: Kind, options: &Options, wire: &Wire, folder: &Path) -> Result<Self> {
        let folder = folder.join(format!("{kind:?}"));
        std::fs::create_dir_all(&folder)?;
        let (driver, processes) = match kind {
            Kind::Chromium => chromium::start(options, wire.port(), &folder).await,
            Kind::Firefox => firefox::start(options, wire.port(), &folder).await,
            Kind::Webkit => webkit::start(options, wire.port(), &folder).await,
        }
        .with_context(|| format!("{kind:?} does not start"))?;
        Ok(Self { kind, driver: Some(driver), _processes: processes })
    }

    /// Its WebDriver session.
    pub fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("only quitting takes the driver, and that consumes the browser")
    }

    /// What it wrote to its console as errors, where it tells (Chromium).
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        if self.kind != Kind::Chromium {
            return Ok(Vec::new());
        }
        let entries = self.driver().browser_log().await?;
        Ok(entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }

    /// Chooses light or dark, as the system's setting would (Chromium).
    pub async fn prefer_colors(&self, scheme: &str) -> Result<()> {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.driver().cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// Becomes a slow phone on a slow line: 150 ms a round trip, 1.6 Mbit/s, a processor four times slower (Chromium).
    pub async fn become_a_slow_phone(&self) -> Result<()> {
        let tools = self.driver().cdp();
        tools.send_raw("Network.enable", json!({})).await?;
        let line = json!({
            "offline": false,
            "latency": 150,
            "downloadThroughput": 1_600_000 / 8,
            "uploadThroughput": 750_000 / 8,
        });
        tools.send_raw("Network.emulateNetworkConditions", line).await?;
        tools.send_raw("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await?;
        tools.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await?;
        Ok(())
    }

    /// Runs this at the start of every page from now on, before its own scripts (Chromium).
    pub async fn watch_every_page(&self, script: &str) -> Result<()> {
        let source = json!({ "source": script });
        self.driver().cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", source).await?;
        Ok(())
    }

    /// Closes it.
    pub async fn quit(mut self) -> Result<()> {
        let driver = self.driver.take().context("the browser is closed already")?;
        driver.quit().await.context("the browser does not close")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // After a failed journey its processes are killed; asking the driver first would block the runtime that must answer.
        if let Some(driver) = self.driver.take() {
            let _ = driver.leak();
        }
    }
}
