//! SHA-256 of every file of a folder, as `sha256sum` writes and checks them.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The list's name.
pub const NAME: &str = "SHA256SUMS";

/// Every file below `folder` but the list itself, by path.
pub fn of(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    walk(folder, Path::new(""), &mut files)?;
    files.sort();
    let mut list = String::new();
    for file in files.iter().filter(|file| *file != Path::new(NAME)) {
        let bytes = fs::read(folder.join(file)).with_context(|| format!("cannot read {}", file.display()))?;
        list += &format!("{}  {}\n", hex(&bytes), file.display());
    }
    Ok(list)
}

/// SHA-256 in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn walk(folder: &Path, below: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in
        fs::read_dir(folder.join(below)).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() { walk(folder, &path, files)? } else { files.push(path) }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_paths_and_leaves_itself_out() {
        let folder = std::env::temp_dir().join(format!("postern-sums-{}", std::process::id()));
        fs::create_dir_all(folder.join("app/assets")).unwrap();
        for (path, content) in [("postern", "b"), ("app/assets/a.js", "a"), (NAME, "old")] {
            fs::write(folder.join(path), content).unwrap();
        }
        let list = of(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        // printf a | sha256sum
        let a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
        assert!(list.starts_with(&format!("{a}  app/assets/a.js\n")), "{list}");
        assert_eq!(list.lines().count(), 2);
    }
}
