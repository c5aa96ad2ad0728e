//! Firefox through geckodriver.

use super::{Options, driver};
use crate::{port, process::Process};
use anyhow::{Context, Result};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use thirtyfour::WebDriver;

/// Starts it headless, quiet about anything but the page.
pub async fn start(options: &Options, wire: u16, folder: &Path) -> Result<(WebDriver, Vec<Process>)> {
    let (port, socket) = (port::free()?, port::free()?);
    let mut command = Command::new("geckodriver");
    command.arg(format!("--port={port}")).arg(format!("--websocket-port={socket}"));
    command.arg("--profile-root").arg(folder);
    let process = driver::start(&mut command, port, &folder.join("geckodriver.log")).await?;
    let capabilities = json!({
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
    let driver = driver::session(port, capabilities).await?;
    set_viewport(&driver, options).await?;
    Ok((driver, vec![process]))
}

/// Windows stop at 500 px; the viewport does not.
async fn set_viewport(driver: &WebDriver, options: &Options) -> Result<()> {
    let bidi = driver.bidi().await?;
    let tree = bidi.send_raw("browsingContext.getTree", json!({})).await?;
    let context = tree["contexts"][0]["context"].as_str().context("Firefox has no tab")?.to_owned();
    let viewport = json!({ "width": options.viewport.width, "height": options.viewport.height });
    bidi.send_raw("browsingContext.setViewport", json!({ "context": context, "viewport": viewport })).await?;
    Ok(())
}
