//! Cuts what a patient needs only after the first text (src/later.rs) out of the module that Trunk built.
//!
//! Trunk knows one module. So the cut is made on the module as cargo left it, the bindings are written anew for the first part,
//! and both take the places of what Trunk wrote; the script that loads the second part goes into the bindings, which saves a
//! patient one request.

mod uncalled;

use crate::step;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

const CUT: &str = "target/split";
const LINK: &str = "./__wasm_split.js";
const LOADER: &str = "__wasm_split_load_later";
/// The end of the loader's call of `fetch`, and the same in the mode in which the page's hint asks for the file: see public/boot.js.
const FETCH: &str = "import.meta.url));";
const FETCH_AS_HINTED: &str = "import.meta.url), { mode: \"no-cors\", credentials: \"include\" });";

/// Cuts the module of `raw`, the folder that Trunk wrote. Returns where the bindings stand.
pub fn split(raw: &Path) -> Result<PathBuf> {
    let bindings = bindings_of(raw)?;
    let stem = bindings.file_stem().and_then(|stem| stem.to_str()).context("a script without a name")?;
    let cut = Path::new(CUT);
    if cut.exists() {
        fs::remove_dir_all(cut)?;
    }
    step::say("cutting what comes after the first text into a file of its own");
    let whole = fs::read(module_of_cargo()).context("cargo left no module")?;
    let whole = uncalled::without_uncalled(&whole)?;
    let main = cut.join("main.wasm");
    let main_module = format!("./{stem}.js");
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = cut;
    options.main_out_path = &main;
    options.main_module = &main_module;
    options.link_name = LINK;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("{error:#}"))?
        .split_modules;
    ensure!(parts.len() == 1, "one cut was asked for, {} came", parts.len());

    let mut bind = step::program("wasm-bindgen");
    // The second part stands on the first one's memory and table.
    bind.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", stem, "--out-dir"]);
    bind.arg(raw).arg(&main);
    step::run("writing the bindings of the first part", &mut bind)?;
    let script = fs::read_to_string(&bindings)?;
    let link = fs::read_to_string(cut.join(LINK))?;
    fs::write(&bindings, joined(&script, &link)?)?;
    for part in parts {
        let name = part.file_name().context("a part without a name")?;
        fs::copy(&part, raw.join(name))?;
    }
    Ok(bindings)
}

/// The one script that Trunk wrote beside the page.
fn bindings_of(raw: &Path) -> Result<PathBuf> {
    let mut scripts = Vec::new();
    for entry in fs::read_dir(raw).context("what Trunk built")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "js") {
            scripts.push(path);
        }
    }
    match <[PathBuf; 1]>::try_from(scripts) {
        Ok([script]) => Ok(script),
        Err(scripts) => bail!("Trunk wrote {} scripts instead of one", scripts.len()),
    }
}

fn module_of_cargo() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    target.join("wasm32-unknown-unknown/wasm-release/postern-app.wasm")
}

/// The bindings with the loader of the second part in them, instead of an import of it.
fn joined(script: &str, link: &str) -> Result<String> {
    let import = script.lines().find(|line| line.starts_with("import ") && line.contains(LINK));
    let import = import.context("the bindings do not import the loader")?;
    let name = import.split_whitespace().nth(3).context("an import without a name")?;
    let used = format!("\"{LINK}\": {name},");
    ensure!(script.contains(&used), "the bindings do not use the loader they import");
    let (_, loader) = link.split_once('\n').context("the loader imports nothing")?;
    ensure!(loader.contains(&format!("export const {LOADER} ")), "the loader has another name");
    ensure!(loader.matches(FETCH).count() == 1, "the loader fetches in another way");
    let loader = loader.replacen(FETCH, FETCH_AS_HINTED, 1);
    let script = script.replacen(import, "", 1).replacen(&used, &format!("\"{LINK}\": {{ {LOADER} }},"), 1);
    Ok(format!("{script}\n{}", loader.replace("export const ", "const ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_stands_in_the_bindings_and_nothing_is_imported() {
        let script = "import * as import1 from \"./__wasm_split.js\"\nconst a = {\n\"./__wasm_split.js\": import1,\n};";
        let link = "import { initSync } from \"./app.js\";\nexport const __wasm_split_load_later = load(fetch(new URL(\"./a\", import.meta.url));\n";
        let joined = joined(script, link).unwrap();
        assert!(!joined.contains("import ") && !joined.contains("export "));
        assert!(joined.contains("\"./__wasm_split.js\": { __wasm_split_load_later },"));
        assert!(joined.contains(
            "const __wasm_split_load_later = load(fetch(new URL(\"./a\", import.meta.url), { mode"
        ));
    }

    #[test]
    fn bindings_that_import_no_loader_are_refused() {
        assert!(joined("const a = 1;", "import b;\nexport const __wasm_split_load_later = 1;").is_err());
    }
}
