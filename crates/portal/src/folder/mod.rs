//! The state folder: `portal.sqlite`, `link-keys.sqlite`, `portal.json`, `keys.json`, `keys.sealed` once a recovery copy was
//! printed, `audit-head.json`, and `restored` where its operator
//! put one.

mod audit_mark;
mod key_file;
mod sealed_copy;

pub use audit_mark::AuditMark;
pub use key_file::{KeyFile, KeyFileError, KeyRing, NotPinnedYet};

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

/// Paths of one state folder.
#[derive(Debug, Clone)]
pub struct StateFolder(PathBuf);

impl StateFolder {
    /// The folder at a path; nothing is read or made.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Makes the folder, readable for its owner alone.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn create(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0)
    }

    /// What was fixed when the portal was made.
    pub fn settings(&self) -> PathBuf {
        self.0.join("portal.json")
    }

    /// The main store.
    pub fn store(&self) -> PathBuf {
        self.0.join("portal.sqlite")
    }

    /// The link keys. Its backups are kept 24 hours at most.
    pub fn link_keys(&self) -> PathBuf {
        self.0.join("link-keys.sqlite")
    }

    /// The key file.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys.json")
    }

    /// The key file once more, sealed under the recovery copy's key: may lie wherever the store's backups lie.
    pub fn sealed_keys(&self) -> PathBuf {
        self.0.join("keys.sealed")
    }

    /// How far the audit log had come.
    pub fn audit_head(&self) -> PathBuf {
        self.0.join("audit-head.json")
    }

    /// Put there by whoever restored the whole folder from a backup.
    pub fn restored(&self) -> PathBuf {
        self.0.join("restored")
    }
}

/// Removes drafts of a file that killed processes left. A node that is writing one right now misses one mark, and says so.
///
/// # Errors
/// The folder cannot be read.
pub fn clear_drafts(path: &Path) -> io::Result<()> {
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str())) else {
        return Ok(());
    };
    for entry in fs::read_dir(folder)? {
        let draft = entry?.path();
        let name = draft.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.')) && name.ends_with(".new") {
            let _ = fs::remove_file(draft);
        }
    }
    Ok(())
}

/// Writes a file whole or not at all, readable for its owner alone. `durable`: it survives a loss of power.
///
/// # Errors
/// The disk's.
pub fn write_whole(path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    // Another process of the same portal (enrolment, a second node) may write the same file: each has a draft of its own.
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    let draft = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let beside = path.with_extension(format!("{}-{draft}.new", process::id()));
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        if durable { file.sync_all() } else { Ok(()) }
    });
    if let Err(error) = written.and_then(|()| fs::rename(&beside, path)) {
        // On a full disk every try would leave another one.
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    if durable && let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
