//! `cargo xtask build`: the app, from Rust to a folder the portal serves.

mod names;
pub mod standard_library;

use crate::{finish, split, step, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

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
    standard_library::ensure()?;
    tools::TRUNK.ensure()?;
    tools::WASM_BINDGEN.ensure()?;
    if optimise == Optimise::Always {
        tools::node()?;
    }
    standard_library::fetch()?;
    let mut trunk = step::program("trunk");
    trunk.args(["build", "--release", "--offline", "--cargo-profile", "wasm-release", "--dist", RAW]);
    if optimise == Optimise::IfThere {
        trunk.args(["--features", "parts"]); // /demo/parts, which patients never download
    }
    trunk.env_remove("NO_COLOR"); // Trunk takes `1` there for a mistake.
    standard_library::built_with(&mut trunk);
    step::run("building the app for the browser (the first time takes some minutes)", &mut trunk)?;
    let bindings = split::split(Path::new(RAW))?;
    match tools::wasm_opt() {
        Some(wasm_opt) => shrink(&wasm_opt)?,
        None => step::say("no wasm-opt here: the module stays larger than what patients get"),
    }
    names::shorten(&module_of(&bindings), &bindings)?;
    if let Some(esbuild) = tools::esbuild() {
        shrink_script(&esbuild, &bindings)?;
    }
    step::say("naming, compressing and wording what Trunk built");
    finish::finish(Path::new(RAW), Path::new(DIST), Path::new("locales"))
}

/// Bindings and boot.js alike: what only people read goes, names become short.
fn shrink_script(esbuild: &Path, bindings: &Path) -> Result<()> {
    for script in [bindings, &Path::new(RAW).join("public/boot.js")] {
        let mut command = step::program(esbuild);
        // The browsers that have what the module needs (wasm-opt's list) have this too.
        command.args([
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--log-level=warning",
            "--allow-overwrite",
        ]);
        command.arg(script).arg(format!("--outfile={}", script.display()));
        step::run("making the script smaller", &mut command)?;
    }
    Ok(())
}

/// The module that wasm-bindgen wrote beside these bindings.
fn module_of(bindings: &Path) -> PathBuf {
    let stem = bindings.file_stem().unwrap_or_default().to_string_lossy();
    bindings.with_file_name(format!("{stem}_bg.wasm"))
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
