//! Firefox through geckodriver.

use super::{Options, driver};
use crate::{port, process::Process};
use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use thirtyfour::WebDriver;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// Starts it headless, quiet about anything but the page.
pub async fn start(options: &Options, wire: u16, folder: &Path) -> Result<(WebDriver, Vec<Process>)> {
    let (port, socket) = (port::free()?, port::free()?);
    let mut command = Command::new("geckodriver");
    command.arg(format!("--port={port}")).arg(format!("--websocket-port={socket}"));
    command.arg("--profile-root").arg(folder);
    let process = driver::start(&mut command, port, &folder.join("geckodriver.log")).await?;
    let mut capabilities = json!({
        "browserName": "firefox",
        "webSocketUrl": true,
        "moz:firefoxOptions": {
            "args": ["-headless"],
            "prefs": {
                "network.proxy.type": 1,
                "network.proxy.http": "127.0.0.1",
                "network.proxy.http_port": wire,
                "network.proxy.ssl": "127.0.0.1",
                "network.proxy.ssl_port": wire,
                "network.proxy.no_proxies_on": "",
                "network.proxy.allow_hijacking_localhost": true,
                "intl.accept_languages": options.language,
                "javascript.options.wasm": options.web_assembly,
                // What Firefox asks on its own account.
                "app.normandy.enabled": false,
                "app.update.enabled": false,
                "browser.newtabpage.enabled": false,
                "browser.safebrowsing.downloads.remote.enabled": false,
                "browser.safebrowsing.malware.enabled": false,
                "browser.safebrowsing.phishing.enabled": false,
                "browser.search.update": false,
                "browser.region.update.enabled": false,
                "browser.region.network.url": "",
                "browser.topsites.contile.enabled": false,
                "datareporting.healthreport.uploadEnabled": false,
                "datareporting.policy.dataSubmissionEnabled": false,
                "dom.push.connection.enabled": false,
                "extensions.getAddons.cache.enabled": false,
                "extensions.systemAddon.update.enabled": false,
                "extensions.update.enabled": false,
                "media.gmp-manager.url": "",
                "messaging-system.rsexperimentloader.enabled": false,
                "network.captive-portal-service.enabled": false,
                "network.connectivity-service.enabled": false,
                "network.http.speculative-parallel-limit": 0,
                "network.prefetch-next": false,
                "security.OCSP.enabled": 0,
                "security.remote_settings.crlite_filters.enabled": false,
                "security.remote_settings.intermediates.enabled": false,
                "services.settings.server": "data:,#remote-settings-dummy/v1",
                "toolkit.telemetry.enabled": false,
            },
        },
    });
    capabilities["acceptInsecureCerts"] = json!(options.trusting);
    let driver = driver::session(port, capabilities).await?;
    set_viewport(&driver, options).await?;
    Ok((driver, vec![process]))
}

/// Windows stop at 500 px; the viewport, which WebDriver BiDi sets, does not.
async fn set_viewport(driver: &WebDriver, options: &Options) -> Result<()> {
    let address = driver.handle().capabilities().get("webSocketUrl").and_then(Value::as_str);
    let (mut socket, _) = connect_async(address.context("Firefox names no BiDi socket")?).await?;
    let context = driver.window().await?.to_string();
    let viewport = json!({ "width": options.viewport.width, "height": options.viewport.height });
    let command = json!({
        "id": 1,
        "method": "browsingContext.setViewport",
        "params": { "context": context, "viewport": viewport },
    });
    socket.send(Message::text(command.to_string())).await?;
    while let Some(message) = socket.next().await {
        let answer: Value = serde_json::from_str(message?.to_text()?)?;
        if answer["id"] == 1 {
            ensure!(answer["type"] == "success", "Firefox sets no viewport: {answer}");
            return Ok(());
        }
    }
    bail!("Firefox closed its BiDi socket")
}
