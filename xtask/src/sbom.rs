//! What is inside: a CycloneDX list (1.6, JSON) of every crate that the executable and the app are made of, from cargo's own
//! metadata and lock files; the app's standard library, which is built with it, among them. The same lock files give the same
//! bytes: no time, no random serial number.

use crate::{build::standard_library, step};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::{fs, process::Command};

/// What is shipped: the executable, and the app that patients download.
const SHIPPED: [(&str, &str); 2] = [("postern", "x86_64-unknown-linux-gnu"), ("postern-app", WASM)];
const WASM: &str = "wasm32-unknown-unknown";

/// A package of `cargo metadata`.
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    registry: bool,
}

/// The list, while it is made.
#[derive(Default)]
struct Inside {
    components: BTreeMap<String, Value>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

impl Inside {
    /// Takes in a package with all that it is made of; gives what it is named by.
    fn add(&mut self, root: &str, metadata: &Value, checksums: &Checksums) -> Result<String> {
        let (all, graph) = read(metadata)?;
        let root = all.iter().find(|(_, package)| package.name == root && !package.registry);
        let root = root.context("a shipped package is missing")?.0.clone();
        for id in reachable(&root, &graph) {
            let next = graph.get(&id).cloned().unwrap_or_default();
            let next = next.iter().map(|next| reference(&all, next)).collect::<Result<Vec<_>>>()?;
            self.edges.entry(reference(&all, &id)?).or_default().extend(next);
            self.components.insert(reference(&all, &id)?, component(&all, &id, checksums)?);
        }
        reference(&all, &root)
    }
}

/// The list, as JSON.
///
/// # Errors
/// Cargo cannot tell, or a lock file lacks a checksum.
pub fn list() -> Result<String> {
    let ours = checksums(&fs::read_to_string("Cargo.lock").context("Cargo.lock")?);
    let mut inside = Inside::default();
    let mut roots = BTreeSet::new();
    for (shipped, target) in SHIPPED {
        let filter = format!("--filter-platform={target}");
        let metadata = metadata(&mut step::cargo(["metadata", "--format-version=1", "--locked", &filter]))?;
        roots.insert(inside.add(shipped, &metadata, &ours)?);
    }
    let std = add_standard_library(&mut inside)?;
    let app = roots.iter().find(|root| root.contains("/postern-app@")).context("the app is missing")?;
    inside.edges.entry(app.clone()).or_default().insert(std);
    let version = env!("CARGO_PKG_VERSION");
    inside.edges.insert("postern-archive".to_owned(), roots);
    let dependencies: Vec<Value> =
        inside.edges.iter().map(|(one, on)| json!({ "ref": one, "dependsOn": on })).collect();
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "bom-ref": "postern-archive", "type": "application", "name": "postern", "version": version } },
        "components": inside.components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// The app's standard library is built from the toolchain's source, by a lock file of its own. Its crates have no number of
/// their own: they have the toolchain's.
fn add_standard_library(inside: &mut Inside) -> Result<String> {
    let library = standard_library::source()?;
    let manifest = library.join("sysroot/Cargo.toml");
    let mut command = step::cargo(["metadata", "--format-version=1", "--locked", "--no-default-features"]);
    command.arg(format!("--filter-platform={WASM}")).arg("--manifest-path").arg(manifest);
    let mut metadata = metadata(command.env("RUSTC_BOOTSTRAP", "1"))?;
    let release = step::output(step::program("rustc").arg("--version")).context("rustc --version")?;
    let release = release.split_whitespace().nth(1).context("rustc has no version")?.to_owned();
    for package in metadata["packages"].as_array_mut().into_iter().flatten() {
        if package["version"] == "0.0.0" {
            package["version"] = release.clone().into();
        }
    }
    let lock = library.join("Cargo.lock");
    inside.add("std", &metadata, &checksums(&fs::read_to_string(lock).context("the library's Cargo.lock")?))
}

fn metadata(command: &mut Command) -> Result<Value> {
    Ok(serde_json::from_str(&step::output(command).context("cargo metadata failed")?)?)
}

/// SHA-256 by name and version.
type Checksums = BTreeMap<(String, String), String>;
type Graph = BTreeMap<String, Vec<String>>;

fn read(metadata: &Value) -> Result<(BTreeMap<String, Package>, Graph)> {
    let array = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut packages = BTreeMap::new();
    for package in array(&metadata["packages"]) {
        packages.insert(
            text(&package["id"]),
            Package {
                name: text(&package["name"]),
                version: text(&package["version"]),
                license: package["license"].as_str().map(str::to_owned),
                registry: package["source"].is_string(),
            },
        );
    }
    let mut graph = Graph::new();
    for node in array(&metadata["resolve"]["nodes"]) {
        // What only tests need is in nothing that is shipped.
        let shipped = |dependency: &Value| {
            array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].as_str() != Some("dev"))
        };
        let next = array(&node["deps"]).into_iter().filter(shipped).map(|one| text(&one["pkg"])).collect();
        graph.insert(text(&node["id"]), next);
    }
    if graph.is_empty() {
        bail!("cargo metadata tells of no dependencies");
    }
    Ok((packages, graph))
}

fn reachable(root: &str, graph: &Graph) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(id) = open.pop() {
        if found.insert(id.clone()) {
            open.extend(graph.get(&id).into_iter().flatten().cloned());
        }
    }
    found
}

/// Package URL: names it without a path of this machine.
fn reference(packages: &BTreeMap<String, Package>, id: &str) -> Result<String> {
    let package = packages.get(id).with_context(|| format!("{id} is unknown"))?;
    Ok(format!("pkg:cargo/{}@{}", package.name, package.version))
}

fn component(packages: &BTreeMap<String, Package>, id: &str, checksums: &Checksums) -> Result<Value> {
    let package = &packages[id];
    let reference = reference(packages, id)?;
    let mut component = json!({
        "bom-ref": reference, "type": "library", "name": package.name, "version": package.version, "purl": reference,
    });
    if let Some(license) = &package.license {
        // Cargo once allowed a stroke for OR; SPDX does not.
        component["licenses"] = json!([{ "expression": license.replace('/', " OR ") }]);
    }
    if package.registry {
        let checksum = checksums.get(&(package.name.clone(), package.version.clone()));
        let checksum = checksum.with_context(|| format!("no checksum of {} in Cargo.lock", package.name))?;
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    Ok(component)
}

fn checksums(lock: &str) -> Checksums {
    let mut checksums = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let member = |name: &str| {
            let start = format!("{name} = \"");
            let line = package.lines().find_map(|line| line.strip_prefix(start.as_str()))?;
            Some(line.trim_end_matches('"').to_owned())
        };
        if let (Some(name), Some(version), Some(checksum)) =
            (member("name"), member("version"), member("checksum"))
        {
            checksums.insert((name, version), checksum);
        }
    }
    checksums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_found_by_name_and_version() {
        let lock = "[[package]]\nname = \"one\"\nversion = \"1.0.0\"\nchecksum = \"aa\"\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
        let found = checksums(lock);
        assert_eq!(found.len(), 1);
        assert_eq!(found[&("one".to_owned(), "1.0.0".to_owned())], "aa");
    }

    #[test]
    fn what_only_tests_need_is_not_listed() {
        let metadata = json!({
            "packages": [
                { "id": "r", "name": "root", "version": "1", "source": null },
                { "id": "a", "name": "used", "version": "2", "license": "MIT/Apache-2.0", "source": "registry" },
                { "id": "b", "name": "tested", "version": "3", "source": "registry" } ],
            "resolve": { "nodes": [
                { "id": "r", "deps": [
                    { "pkg": "a", "dep_kinds": [{ "kind": "dev" }, { "kind": null }] },
                    { "pkg": "b", "dep_kinds": [{ "kind": "dev" }] } ] },
                { "id": "a", "deps": [] } ] } });
        let (packages, graph) = read(&metadata).unwrap();
        assert_eq!(reachable("r", &graph).into_iter().collect::<Vec<_>>(), ["a", "r"]);
        let checksums = BTreeMap::from([(("used".to_owned(), "2".to_owned()), "ff".to_owned())]);
        let one = component(&packages, "a", &checksums).unwrap();
        assert_eq!(one["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(
            (one["purl"].as_str(), one["hashes"][0]["content"].as_str()),
            (Some("pkg:cargo/used@2"), Some("ff"))
        );
        assert!(
            component(&packages, "b", &checksums).is_err(),
            "a crate without checksum is not passed over"
        );
    }
}
