//! Turns what Trunk built into what the portal serves (docs/SPINE.md, "The built app"): every file under the hash of
//! its content, one shell a language, everything precompressed.

mod asset;
mod compress;
mod script;
mod shell;
mod style;

use anyhow::{Context, Result, ensure};
use asset::Assets;
use std::fs;
use std::path::Path;

/// Reads `raw` and writes `dist` anew; `locales` holds one file a language.
pub fn finish(raw: &Path, dist: &Path, locales: &Path) -> Result<()> {
    let html = fs::read_to_string(raw.join("index.html")).context("Trunk wrote no index.html")?;
    let mut assets = Assets::read(raw)?;
    let html = script::joined(&style::joined(&html), assets.files_mut())?;
    let assets = assets.named()?;
    let shells = shell::shells(&assets.rewrite_page(&html)?, locales)?;
    ensure!(!shells.is_empty(), "locales/ holds no language");

    let fresh = dist.with_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(fresh.join("assets"))?;
    for (name, bytes) in assets.finished() {
        let path = fresh.join(name);
        fs::write(&path, bytes)?;
        fs::write(with_suffix(&path, "br"), compress::brotli(bytes)?)?;
        fs::write(with_suffix(&path, "gz"), compress::gzip(bytes)?)?;
    }
    for (language, text) in shells {
        fs::write(fresh.join(format!("shell.{language}.html")), text)?;
    }
    if dist.exists() {
        fs::remove_dir_all(dist)?;
    }
    fs::rename(&fresh, dist).context("cannot put the finished app in place")
}

fn with_suffix(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}
