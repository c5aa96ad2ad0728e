//! PostgreSQL's programs, from the distribution. Tests start servers of their own in temporary folders; none of the machine's runs for them.

use super::browsers::apt;
use crate::step;
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

const WHAT: &str = "PostgreSQL's programs";
/// Debian makes a server with its package and starts it, unless this says otherwise beforehand.
const CLUSTERS: &str = "/etc/postgresql-common/createcluster.conf";
const NONE: &str = "create_main_cluster = false";

/// Installs what is missing where that is allowed; else says the one line that does it.
pub fn ensure() -> Result<()> {
    if is_there() {
        return Ok(());
    }
    if !Path::new(CLUSTERS).exists() {
        apt(&["postgresql-common"], WHAT)?;
    }
    let settings = fs::read_to_string(CLUSTERS).unwrap_or_default();
    fs::write(CLUSTERS, without_a_server(&settings)).with_context(|| format!("cannot write {CLUSTERS}"))?;
    apt(&["postgresql"], WHAT)
}

/// On the path, or where Debian puts each release.
fn is_there() -> bool {
    let releases = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed: Vec<PathBuf> = releases.map(|release| release.path().join("bin")).collect();
    ["initdb", "postgres"]
        .iter()
        .all(|name| step::find(name).is_some() || installed.iter().any(|bin| bin.join(name).is_file()))
}

fn without_a_server(settings: &str) -> String {
    let kept = settings.lines().filter(|line| !line.trim_start().starts_with("create_main_cluster"));
    kept.chain([NONE]).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_told_to_make_no_server() {
        assert_eq!(without_a_server(""), "create_main_cluster = false\n");
        let settings = "# words\ncreate_main_cluster = true\nstart_conf = 'auto'\n";
        let told = "# words\nstart_conf = 'auto'\ncreate_main_cluster = false\n";
        assert_eq!(without_a_server(settings), told);
        assert_eq!(without_a_server(told), told);
    }
}
