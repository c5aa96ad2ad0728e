//! `cargo xtask build`: the app, from Rust to a folder the portal serves.

use crate::{finish, split, step, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Where the finished app stands.
pub const DIST: &str = "dist";
const RAW: &str = "target/app";

/// Whether the module must be made small, or only if the tool for it is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Optimise {
    /// Installs wasm-opt where it is missing: what patients download.
    Always,
    /// Goes without where it is missing: a first look needs no Node.
    IfThere,
}

/// What wasm-opt may assume a browser to have; nothing else, since `--all-features` writes what none loads.
const WASM_OPT: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the app into dist/.
pub fn run(optimise: Optimise) -> Result<()> {
    tools::wasm_target()?;
    tools::TRUNK.ensure()?;
    tools::WASM_BINDGEN.ensure()?;
    if optimise == Optimise::Always {
        tools::node()?;
    }
    let mut trunk = step::program("trunk");
    trunk.args(["build", "--release", "--offline", "--cargo-profile", "wasm-release", "--dist", RAW]);
    if optimise == Optimise::IfThere {
        trunk.args(["--features", "parts"]); // /demo/parts, which patients never download
    }
    trunk.env_remove("NO_COLOR"); // Trunk takes `1` there for a mistake.
    step::run("building the app for the browser (the first time takes some minutes)", &mut trunk)?;
    split::split(Path::new(RAW))?;
    match tools::wasm_opt() {
        Some(wasm_opt) => shrink(&wasm_opt)?,
        None => step::say("no wasm-opt here: the module stays larger than what patients get"),
    }
    step::say("naming, compressing and wording what Trunk built");
    finish::finish(Path::new(RAW), Path::new(DIST), Path::new("locales"))
}

fn shrink(wasm_opt: &Path) -> Result<()> {
    for entry in fs::read_dir(RAW).context("what Trunk built")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            let mut command = step::program(wasm_opt);
            command.args(WASM_OPT).arg(&path).arg("-o").arg(&path);
            step::run("making the module smaller", &mut command)?;
        }
    }
    Ok(())
}
