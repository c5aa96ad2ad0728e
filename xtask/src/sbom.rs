//! What is inside: a CycloneDX list (1.6, JSON) of every crate that the executable and the app are made of, from cargo's own
//! metadata and lock file. The same lock file gives the same bytes: no time, no random serial number.

use crate::step;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What is shipped: the executable, and the app that patients download.
const SHIPPED: [(&str, &str); 2] =
    [("postern", "x86_64-unknown-linux-gnu"), ("postern-app", "wasm32-unknown-unknown")];

/// A package of `cargo metadata`.
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    registry: bool,
}

/// The list, as JSON.
///
/// # Errors
/// Cargo cannot tell, or the lock file lacks a checksum.
pub fn list() -> Result<String> {
    let checksums = checksums(&fs::read_to_string("Cargo.lock").context("Cargo.lock")?);
    let mut packages = BTreeMap::new();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut roots = Vec::new();
    for (shipped, target) in SHIPPED {
        let metadata = metadata(target)?;
        let (all, graph) = read(&metadata)?;
        let root = all.iter().find(|(_, package)| package.name == shipped && !package.registry);
        let root = root.context("a shipped package is missing")?.0.clone();
        for id in reachable(&root, &graph) {
            let next = graph.get(&id).cloned().unwrap_or_default();
            edges
                .entry(reference(&all, &id)?)
                .or_default()
                .extend(next.iter().map(|next| reference(&all, next)).collect::<Result<Vec<_>>>()?);
            packages.insert(reference(&all, &id)?, component(&all, &id, &checksums)?);
        }
        roots.push(reference(&all, &root)?);
    }
    let version = env!("CARGO_PKG_VERSION");
    edges.insert("postern-archive".to_owned(), roots.into_iter().collect());
    let dependencies: Vec<Value> =
        edges.iter().map(|(one, on)| json!({ "ref": one, "dependsOn": on })).collect();
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": {
            "bom-ref": "postern-archive", "type": "application", "name": "postern", "version": version } },
        "components": packages.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn metadata(target: &str) -> Result<Value> {
    let filter = format!("--filter-platform={target}");
    let text = step::output(&mut step::cargo(["metadata", "--format-version=1", "--locked", &filter]));
    Ok(serde_json::from_str(&text.context("cargo metadata failed")?)?)
}

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

fn component(
    packages: &BTreeMap<String, Package>,
    id: &str,
    checksums: &BTreeMap<(String, String), String>,
) -> Result<Value> {
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

/// By name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
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
