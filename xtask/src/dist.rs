//! `cargo xtask dist`: what a clinic installs.

use crate::{build, step};
use anyhow::{Context, Result};
use std::fs;

/// Builds the executable for release and packs it with the app and the licences.
pub fn run() -> Result<()> {
    build::run(build::Optimise::Always)?;
    step::run(
        "building the executable for release",
        &mut step::cargo(["build", "--release", "--package=postern", "--locked"]),
    )?;
    let folder = format!("target/dist/postern-{}", env!("CARGO_PKG_VERSION"));
    fs::create_dir_all(&folder)?;
    for (from, to) in [
        ("target/release/postern", "postern"),
        ("LICENSE-MIT", "LICENSE-MIT"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("README.md", "README.md"),
    ] {
        fs::copy(from, format!("{folder}/{to}")).with_context(|| format!("cannot copy {from}"))?;
    }
    let archive = format!("{folder}.tar.gz");
    let name = folder.rsplit('/').next().unwrap_or_default().to_owned();
    let rename = format!("s,^{},{name}/app,", build::DIST);
    step::run(
        &format!("packing {archive}"),
        step::program("tar").args([
            "-czf",
            &archive,
            "--transform",
            &rename,
            build::DIST,
            "-C",
            "target/dist",
            &name,
        ]),
    )
}
