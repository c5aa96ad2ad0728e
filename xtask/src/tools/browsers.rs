//! The three browsers and their drivers, from the distribution.

use super::GECKODRIVER;
use crate::step;
use anyhow::{Result, bail};

/// A program that must be there, and the Debian package it comes in.
const NEEDED: [(&str, &str); 6] = [
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    ("faketime", "faketime"),
];

/// Installs what is missing where that is allowed; else says the one line that does it.
pub fn ensure() -> Result<()> {
    let missing: Vec<&str> =
        NEEDED.iter().filter(|(name, _)| step::find(name).is_none()).map(|(_, package)| *package).collect();
    if !missing.is_empty() {
        apt(&missing, "browsers and their drivers")?;
    }
    GECKODRIVER.ensure()
}

/// Installs Debian packages as root, or says how.
pub fn apt(packages: &[&str], what: &str) -> Result<()> {
    let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    let root = step::output(step::program("id").arg("-u")).is_some_and(|id| id == "0");
    if !root || step::find("apt-get").is_none() {
        bail!("{what} are missing. On Debian or Ubuntu run:\n\n    sudo {line}\n");
    }
    step::run("asking Debian for its list of packages", step::program("apt-get").args(["update", "-qq"]))?;
    step::run(
        &format!("installing {what}: {}", packages.join(" ")),
        step::program("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages),
    )
}
