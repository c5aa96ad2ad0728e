//! The vault's key in a file: 32 bytes as base64url, readable by its owner alone.

use super::VaultError;
use postern_protocol::base64url;
use rand_core::{CryptoRng, RngCore};
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};
use zeroize::Zeroizing;

pub(super) fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let name = || path.display().to_string();
    let failed = |source| VaultError::KeyFile { path: name(), source };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(VaultError::KeyFileOpen { path: name(), mode });
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    let key =
        base64url::decode_array(text.trim()).map_err(|_| VaultError::KeyFileMalformed { path: name() })?;
    Ok(Zeroizing::new(key))
}

pub(super) fn read_or_make(
    path: &Path,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let failed = |source| VaultError::KeyFile { path: path.display().to_string(), source };
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return read(path),
        Err(error) => return Err(failed(error)),
    };
    let mut key = Zeroizing::new([0; 32]);
    rng.fill_bytes(key.as_mut());
    let text = Zeroizing::new(base64url::encode(key.as_ref()) + "\n");
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.key");
        let key = read_or_make(&path, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(*read(&path).unwrap(), *key);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&path), Err(VaultError::KeyFileOpen { mode: 0o640, .. })));
    }

    #[test]
    fn a_file_that_holds_something_else_is_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.key");
        read_or_make(&path, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        fs::write(&path, "short").unwrap();
        assert!(matches!(read(&path), Err(VaultError::KeyFileMalformed { .. })));
    }
}
