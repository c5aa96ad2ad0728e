//! The link keys of a portal of many nodes: a folder that every node reaches, one file of 32 bytes a link (docs/POSTGRES.md).
//!
//! A key is destroyed where it lies: its file is overwritten, that is forced to the disk, and the file is removed. Whole files appear
//! by a hard link, so that of two nodes that make a key for one link both get the same.

use super::{KeyStoreId, LinkKeyStore, Result, StoreError};
use crate::sealing::Key;
use async_trait::async_trait;
use postern_protocol::{
    base64url::FixedBytes,
    digest::sha256,
    id::{LinkId, random_id},
};
use rand_core::{CryptoRng, RngCore};
use std::{
    fmt::Write as _,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process,
};
use tokio::task::spawn_blocking;

const BYTES: usize = 32;
const NAME: &str = "store-id";

/// The link keys in a folder.
#[derive(Clone)]
pub struct FolderLinkKeys {
    folder: PathBuf,
    id: KeyStoreId,
}

impl FolderLinkKeys {
    /// Opens the folder; one without a name gets `fresh` one, unless another node was faster.
    ///
    /// # Errors
    /// The folder is not there or cannot be written.
    pub fn open(folder: &Path, rng: &mut (impl CryptoRng + RngCore)) -> Result<Self> {
        // It is not made: where a mount is missing, that would be a second store beside the real one.
        if !folder.is_dir() {
            return Err(StoreError::Unfit("the folder of the link keys is not there"));
        }
        let fresh: KeyStoreId = random_id(rng);
        let name = folder.join(NAME);
        if read::<16>(&name)?.is_none() {
            make_once(folder, &name, &hex(&sha256(&fresh.0).0[..8]), &fresh.0)?;
        }
        let id = Self::name_of(folder)?.ok_or(StoreError::Inconsistent("store-id"))?;
        Ok(Self { folder: folder.to_owned(), id })
    }

    /// The name of the folder at a path; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn name_of(folder: &Path) -> Result<Option<KeyStoreId>> {
        Ok(read(&folder.join(NAME))?.map(FixedBytes))
    }

    /// The folder that was opened is still the one at its path, and not an empty place where it was mounted.
    fn refuse_elsewhere(&self) -> Result<()> {
        match Self::name_of(&self.folder)? {
            Some(id) if id == self.id => Ok(()),
            _ => Err(StoreError::Unfit("the folder of the link keys is not the one it was")),
        }
    }

    /// The bucket of a link, and its file there.
    fn place(&self, lid: &LinkId) -> (PathBuf, String) {
        let name = hex(&lid.0);
        (self.folder.join(&name[..2]), name)
    }

    fn put(&self, lid: &LinkId, key: &Key) -> Result<Key> {
        self.refuse_elsewhere()?;
        let (bucket, name) = self.place(lid);
        let path = bucket.join(&name);
        if read::<BYTES>(&path)?.is_none() {
            match DirBuilder::new().mode(0o700).create(&bucket) {
                Ok(()) => File::open(&self.folder)?.sync_all()?,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
            }
            // Every fresh key is another one, and so is its draft's name: a draft that is there already is never written again.
            let draft = format!("{name}.{}", hex(&sha256(&key[..]).0[..8]));
            make_once(&bucket, &path, &draft, &key[..])?;
        }
        self.find(lid)?.ok_or(StoreError::Inconsistent("key"))
    }

    fn find(&self, lid: &LinkId) -> Result<Option<Key>> {
        let (bucket, name) = self.place(lid);
        // One that is all zeros is being destroyed right now.
        let key = read::<BYTES>(&bucket.join(name))?.map(Key::new);
        Ok(key.filter(|key| **key != [0; BYTES]))
    }

    fn overwrite(&self, lid: &LinkId) -> Result<()> {
        self.refuse_elsewhere()?;
        let (bucket, name) = self.place(lid);
        let entries = match fs::read_dir(&bucket) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        // The link's own file, and drafts of it that a killed process left.
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&name) {
                wipe(&entry.path())?;
            }
        }
        Ok(File::open(&bucket)?.sync_all()?)
    }

    fn write_and_remove(&self) -> Result<()> {
        self.refuse_elsewhere()?;
        let path = self.folder.join(format!("probe.{}", process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        file.write_all(&[0; BYTES])?;
        file.sync_all()?;
        remove(&path)?;
        Ok(())
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let keys = self.clone();
        // Forcing to a disk, over a network perhaps, is nothing for a thread that serves others.
        spawn_blocking(move || work(&keys)).await.map_err(|error| StoreError::Engine(Box::new(error)))?
    }
}

#[async_trait]
impl LinkKeyStore for FolderLinkKeys {
    async fn put_if_absent(&self, lid: &LinkId, fresh: &Key) -> Result<Key> {
        let (lid, fresh) = (*lid, fresh.clone());
        self.apart(move |keys| keys.put(&lid, &fresh)).await
    }

    async fn get(&self, lid: &LinkId) -> Result<Option<Key>> {
        let lid = *lid;
        self.apart(move |keys| keys.find(&lid)).await
    }

    async fn destroy(&self, lid: &LinkId) -> Result<()> {
        let lid = *lid;
        self.apart(move |keys| keys.overwrite(&lid)).await
    }

    async fn probe(&self) -> Result<()> {
        self.apart(Self::write_and_remove).await
    }

    fn id(&self) -> Option<KeyStoreId> {
        Some(self.id)
    }

    async fn close(&self) {}
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Exactly `N` bytes; `None` where there is no such file.
fn read<const N: usize>(path: &Path) -> Result<Option<[u8; N]>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).map_err(|_| StoreError::Inconsistent("key file"))?;
    Ok(Some(bytes))
}

/// Makes a file, whole and durable, unless there is one of that name: what was there first stays.
fn make_once(folder: &Path, path: &Path, draft: &str, bytes: &[u8]) -> Result<()> {
    let draft = folder.join(draft);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match fs::hard_link(&draft, path) {
        // The draft is that very file by another name: only the name goes.
        Ok(()) => remove(&draft)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => wipe(&draft)?,
        Err(error) => {
            wipe(&draft)?;
            return Err(error.into());
        }
    }
    Ok(File::open(folder)?.sync_all()?)
}

fn wipe(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        // Another node destroys the same key.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    file.write_all(&[0; BYTES])?;
    file.sync_all()?;
    remove(path)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    const LID: LinkId = FixedBytes([1; 16]);

    fn open(folder: &Path, seed: u64) -> FolderLinkKeys {
        FolderLinkKeys::open(folder, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap()
    }

    #[test]
    fn a_destroyed_key_is_overwritten_where_it_lay() {
        let folder = tempfile::tempdir().unwrap();
        let keys = open(folder.path(), 1);
        keys.put(&LID, &Key::new([9; BYTES])).unwrap();
        let (bucket, name) = keys.place(&LID);
        // Another name of the same bytes stays when the file is removed: it shows what became of them.
        let same = folder.path().join("same");
        fs::hard_link(bucket.join(name), &same).unwrap();
        assert_eq!(fs::read(&same).unwrap(), [9; BYTES]);
        keys.overwrite(&LID).unwrap();
        assert_eq!(fs::read(&same).unwrap(), [0; BYTES]);
    }

    #[test]
    fn drafts_that_a_killed_process_left_go_with_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let keys = open(folder.path(), 1);
        keys.put(&LID, &Key::new([9; BYTES])).unwrap();
        let (bucket, name) = keys.place(&LID);
        fs::write(bucket.join(format!("{name}.left")), [8; BYTES]).unwrap();
        keys.overwrite(&LID).unwrap();
        assert_eq!(fs::read_dir(&bucket).unwrap().count(), 0);
    }

    #[test]
    fn nodes_that_open_a_new_folder_find_one_name() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (open(folder.path(), 1), open(folder.path(), 2));
        assert_eq!(one.id, two.id);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "and no draft stays");
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("not-mounted");
        assert!(FolderLinkKeys::open(&missing, &mut ChaCha20Rng::seed_from_u64(1)).is_err());
        assert!(!missing.exists());
    }

    #[test]
    fn another_folder_in_its_place_takes_and_destroys_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let keys = open(folder.path(), 1);
        keys.put(&LID, &Key::new([9; BYTES])).unwrap();
        fs::write(folder.path().join(NAME), [7; 16]).unwrap();
        assert!(matches!(keys.overwrite(&LID), Err(StoreError::Unfit(_))));
        assert!(matches!(keys.put(&FixedBytes([2; 16]), &Key::new([5; BYTES])), Err(StoreError::Unfit(_))));
        assert!(matches!(keys.write_and_remove(), Err(StoreError::Unfit(_))));
        assert_eq!(keys.find(&LID).unwrap(), Some(Key::new([9; BYTES])));
    }

    #[test]
    fn a_key_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let keys = open(folder.path(), 1);
        keys.put(&LID, &Key::new([9; BYTES])).unwrap();
        let (bucket, name) = keys.place(&LID);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&bucket), mode(&bucket.join(name))), (0o700, 0o600));
    }
}
