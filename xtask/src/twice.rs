//! `cargo xtask dist --twice`: the app built twice from scratch, in two folders whose names differ in length, the second with a
//! home of cargo's under another name: the bytes must be the same, or somebody who builds it cannot check what a portal serves.

use crate::{build, dist, step, sums};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const FOLDER: &str = "target/twice";
const PLACES: [&str; 2] = ["a", "a-folder-of-another-length"];

/// Builds twice and compares.
pub fn run() -> Result<()> {
    if Path::new(FOLDER).exists() {
        fs::remove_dir_all(FOLDER)?;
    }
    // Both are copied before anything is built: what is edited meanwhile is in neither.
    for name in PLACES {
        export(&Path::new(FOLDER).join(name))?;
    }
    let this = std::env::current_exe().context("the program does not know where it stands")?;
    let mut lists = Vec::new();
    for (place, name) in PLACES.into_iter().enumerate() {
        let tree = fs::canonicalize(Path::new(FOLDER).join(name))?;
        let mut build = step::program(&this);
        build.arg("--root").arg(&tree).arg("build").current_dir(&tree).env_remove("CARGO_TARGET_DIR");
        if place == 1 {
            build.env("CARGO_HOME", other_home(&tree)?);
        }
        step::run(&format!("building from scratch in {}", tree.display()), &mut build)?;
        lists.push(sums::of(&tree.join(build::DIST))?);
    }
    compare(&lists[0], &lists[1])?;
    let place = Path::new(FOLDER).join(sums::NAME);
    fs::write(&place, &lists[0])?;
    step::say(&format!("the same {} files both times: {}", lists[0].lines().count(), place.display()));
    Ok(())
}

/// The tree as committed and changed, without what was built; the tools are the same ones, from the lock files.
fn export(to: &Path) -> Result<()> {
    let listed =
        step::output(step::program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]));
    for file in listed.context("git ls-files failed")?.lines().filter(|file| Path::new(file).is_file()) {
        let target = to.join(file);
        fs::create_dir_all(target.parent().context("a file has a folder")?)?;
        fs::copy(file, target).with_context(|| format!("cannot copy {file}"))?;
    }
    let tools = Path::new("target/tools");
    if tools.exists() {
        fs::create_dir_all(to.join("target"))?;
        dist::copy(tools, &to.join("target/tools"))?;
    }
    Ok(())
}

/// The same registry under another path.
fn other_home(tree: &Path) -> Result<PathBuf> {
    let usual = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo"));
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or(usual).context("no home of cargo's")?;
    let other = tree.join("another-home-of-cargo");
    symlink(&home, &other).context("cannot name cargo's home anew")?;
    Ok(other)
}

fn compare(one: &str, other: &str) -> Result<()> {
    let read = |list: &str| -> BTreeMap<String, String> {
        let pairs = list.lines().filter_map(|line| line.split_once("  "));
        pairs.map(|(hash, path)| (path.to_owned(), hash.to_owned())).collect()
    };
    let (one, other) = (read(one), read(other));
    let differing: Vec<&String> =
        one.keys().chain(other.keys()).filter(|path| one.get(*path) != other.get(*path)).collect();
    if !differing.is_empty() {
        bail!("the two builds differ: {differing:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_missing_or_added_file_is_named() {
        assert!(compare("aa  one\nbb  two\n", "aa  one\nbb  two\n").is_ok());
        for other in ["aa  one\ncc  two\n", "aa  one\n", "aa  one\nbb  two\ndd  three\n"] {
            assert!(compare("aa  one\nbb  two\n", other).is_err(), "{other}");
        }
    }
}
