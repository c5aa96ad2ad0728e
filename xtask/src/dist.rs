//! `cargo xtask dist`: what a clinic installs, with the hashes of everything in it and the list of what it is made of.

use crate::{build, step, sums};
use anyhow::{Context, Result};
use clap::Args;
use std::fs;
use std::path::Path;

const TARGET: &str = "target/dist";

/// What `dist` takes.
#[derive(Args)]
pub struct Arguments {
    /// Build the app twice from scratch, in folders of different names, and compare every byte; packs nothing
    #[arg(long)]
    twice: bool,
}

/// Builds the executable for release and packs it with the app, the licences, hashes and the list of components.
pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.twice {
        return crate::twice::run();
    }
    build::run(build::Optimise::Always)?;
    step::run(
        "building the executable for release",
        &mut step::cargo(["build", "--release", "--package=postern", "--locked"]),
    )?;
    let name = format!("postern-{}", env!("CARGO_PKG_VERSION"));
    let folder = Path::new(TARGET).join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("docs"))?;
    for (from, to) in [
        ("target/release/postern", "postern"),
        ("LICENSE-MIT", "LICENSE-MIT"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("README.md", "README.md"),
        ("docs/GO-LIVE.md", "docs/GO-LIVE.md"),
        ("docs/THREAT-MODEL.md", "docs/THREAT-MODEL.md"),
        ("docs/PROTOCOL.md", "docs/PROTOCOL.md"),
    ] {
        fs::copy(from, folder.join(to)).with_context(|| format!("cannot copy {from}"))?;
    }
    copy(Path::new(build::DIST), &folder.join("app"))?;
    step::say("listing what it is made of, and the hash of every file");
    fs::write(folder.join("sbom.cdx.json"), crate::sbom::list()?)?;
    fs::write(folder.join(sums::NAME), sums::of(&folder)?)?;
    pack(&name)
}

/// A whole folder.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// The same files give the same archive: nobody's name, no time, one order.
fn pack(name: &str) -> Result<()> {
    let archive = format!("{TARGET}/{name}.tar.gz");
    let tar = format!("{TARGET}/{name}.tar");
    step::run(
        &format!("packing {archive}"),
        step::program("tar").args([
            "--sort=name",
            "--mtime=@0",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--mode=go=rX,u+w",
            "-cf",
            &tar,
            "-C",
            TARGET,
            name,
        ]),
    )?;
    step::run("compressing it", step::program("gzip").args(["--no-name", "--best", "--force", &tar]))?;
    let hash = sums::hex(&fs::read(&archive)?);
    fs::write(format!("{archive}.sha256"), format!("{hash}  {name}.tar.gz\n"))?;
    step::say(&format!("{archive}\n  SHA-256 {hash}"));
    Ok(())
}
