//! Chromium through chromedriver.

use super::{Options, driver};
use crate::{port, process::Process};
use anyhow::Result;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use thirtyfour::WebDriver;

/// Before any script of a page: keeps hold of every WebAssembly memory that is made or exported, for `traces::in_memory`. (Asking the
/// debugger for them instead, by `Runtime.queryObjects`, crashes the tab once two modules share one memory.)
const KEEP_MEMORIES: &str = "if (globalThis.WebAssembly) {
    const memories = new Set();
    Object.defineProperty(globalThis, 'webAssemblyMemories', { value: memories });
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const real = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await real.apply(WebAssembly, given);
            for (const one of Object.values((made.instance ?? made).exports)) {
                if (one instanceof WebAssembly.Memory) memories.add(one);
            }
            return made;
        };
    }
}";

/// Starts it headless.
pub async fn start(options: &Options, wire: u16, folder: &Path) -> Result<(WebDriver, Vec<Process>)> {
    let port = port::free()?;
    let mut command = Command::new("chromedriver");
    command.arg(format!("--port={port}"));
    let process = driver::start(&mut command, port, &folder.join("chromedriver.log")).await?;
    let mut arguments = vec![
        "--headless".to_owned(),
        "--no-sandbox".to_owned(), // tests run as root in containers
        "--disable-gpu".to_owned(),
        "--hide-scrollbars".to_owned(), // as on a phone
        "--disable-dev-shm-usage".to_owned(),
        "--disable-quic".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--disable-default-apps".to_owned(),
        "--disable-extensions".to_owned(),
        "--disable-component-extensions-with-background-pages".to_owned(),
        "--no-pings".to_owned(),
        "--no-default-browser-check".to_owned(),
        "--disable-search-engine-choice-screen".to_owned(),
        "--disable-features=NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,AutofillServerCommunication".to_owned(),
        format!("--user-data-dir={}", folder.join("profile").display()),
        format!("--proxy-server=http://127.0.0.1:{wire}"),
        "--proxy-bypass-list=<-loopback>".to_owned(), // this machine too
        format!("--window-size={},{}", options.viewport.width.max(500), options.viewport.height),
    ];
    if options.direct {
        arguments.retain(|argument| !argument.starts_with("--proxy"));
    }
    if !options.web_assembly {
        arguments.push("--js-flags=--jitless".to_owned());
    }
    let scripts = if options.scripts { 1 } else { 2 };
    let capabilities = json!({
        "browserName": "chrome",
        "acceptInsecureCerts": options.trusting,
        "goog:chromeOptions": {
            "args": arguments,
            "prefs": {
                "intl.accept_languages": options.language,
                "profile.managed_default_content_settings.javascript": scripts,
            },
        },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let driver = driver::session(port, capabilities).await?;
    let metrics = json!({
        "width": options.viewport.width,
        "height": options.viewport.height,
        "deviceScaleFactor": 1,
        "mobile": false,
    });
    driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
    let first = json!({ "source": KEEP_MEMORIES });
    driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", first).await?;
    Ok((driver, vec![process]))
}
