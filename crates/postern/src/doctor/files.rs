//! Permissions, the vault's key, room on the disk.

use super::Findings;
use postern_desk::vault::Unlock;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

const MEBIBYTE: u64 = 1024 * 1024;
/// Below this nothing may be written soon.
const LEAST_FREE: u64 = 200 * MEBIBYTE;
/// Below this somebody should look.
const LITTLE_FREE: u64 = 1024 * MEBIBYTE;

/// The state folder and everything in it is its owner's alone, and the disk has room.
pub fn look_at_folder(folder: &Path, findings: &mut Findings) {
    let open = readable_by_others(folder);
    match open.first() {
        None => findings.good("permissions", "the folder and its files are their owner's alone"),
        Some(first) => findings.fail(
            "permissions",
            format!("{} can be read by others{}", first.display(), and_more(open.len() - 1)),
            format!("Run: chmod -R go= {}", folder.display()),
        ),
    }
    match rustix::fs::statvfs(folder) {
        Err(error) => findings.fail(
            "disk",
            format!("the disk cannot be asked for its room: {error}"),
            "Look at the disk.",
        ),
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let found = format!("{} MiB are free", free / MEBIBYTE);
            let remedy = "Make room: an answer that cannot be written is not taken.";
            match free {
                0..LEAST_FREE => findings.fail("disk", found, remedy),
                LEAST_FREE..LITTLE_FREE => findings.warn("disk", found, remedy),
                _ => findings.good("disk", found),
            }
        }
    }
}

fn and_more(others: usize) -> String {
    if others == 0 { String::new() } else { format!(", and {others} more") }
}

/// The folder itself where others may enter it; inside, what they may read.
fn readable_by_others(folder: &Path) -> Vec<PathBuf> {
    let exposed =
        |path: &Path| fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
    // Where nobody else may enter, the files' own modes do not matter, but for keys: they have checks of their own.
    if !exposed(folder) {
        return Vec::new();
    }
    let mut found = vec![folder.to_owned()];
    let inside = fs::read_dir(folder).into_iter().flatten().flatten();
    found.extend(inside.map(|entry| entry.path()).filter(|path| exposed(path)));
    found
}

/// The vault's key does not lie beside what it opens.
pub fn look_at_vault_key(folder: &Path, unlock: &Unlock, findings: &mut Findings) {
    let Unlock::KeyFile(path) = unlock else {
        return findings.good("vault-key", "the vault is opened by a passphrase");
    };
    let beside = path.parent().and_then(|parent| parent.canonicalize().ok()) == folder.canonicalize().ok();
    if beside {
        findings.warn(
            "vault-key",
            format!(
                "{} lies beside the store it opens: a copy of the folder is a copy of everything",
                path.display()
            ),
            "Move it to where the backup does not go, and name it in POSTERN_VAULT_KEY.",
        );
    } else {
        findings.good("vault-key", format!("the vault's key is in {}", path.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_others_may_enter_is_a_failure_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let code = |findings: &Findings| (findings.findings[0].code, findings.findings[0].level);
        mode(0o700);
        let mut findings = Findings::default();
        look_at_folder(folder.path(), &mut findings);
        assert_eq!(code(&findings), ("permissions", super::super::Level::Good));
        mode(0o750);
        let mut findings = Findings::default();
        look_at_folder(folder.path(), &mut findings);
        assert_eq!(code(&findings), ("permissions", super::super::Level::Failure));
        assert_eq!(findings.findings[1].code, "disk");
    }
}
