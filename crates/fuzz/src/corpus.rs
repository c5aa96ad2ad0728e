//! The kept inputs.

use std::{fs, path::PathBuf};

/// Where a target's inputs stand.
pub fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// Name and bytes of each, in order.
pub fn read(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = folder(target);
    let mut inputs: Vec<(String, Vec<u8>)> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
        })
        .collect();
    inputs.sort();
    inputs
}

/// Keeps an input.
pub fn keep(target: &str, name: &str, bytes: &[u8]) -> PathBuf {
    let folder = folder(target);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}
