//! Looking for what must not be there: every file of a folder, every form a value may be written in.

use aho_corasick::AhoCorasick;
use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// Something that must be in no file.
#[derive(Clone)]
pub struct Canary {
    /// What it is, for the report.
    pub name: String,
    /// The value.
    pub bytes: Vec<u8>,
}

impl Canary {
    /// A canary.
    pub fn new(name: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        Self { name: name.into(), bytes: bytes.as_ref().to_vec() }
    }

    /// The value as it is, in other letters, UTF-16, hexadecimal, and base64 at each of the three places it may start.
    fn forms(&self) -> BTreeSet<Vec<u8>> {
        let hex = |upper: bool| -> Vec<u8> {
            let digits = self
                .bytes
                .iter()
                .map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") });
            digits.collect::<String>().into_bytes()
        };
        let mut forms = BTreeSet::from([self.bytes.clone(), hex(false), hex(true)]);
        if let Ok(text) = std::str::from_utf8(&self.bytes) {
            forms.insert(text.to_lowercase().into_bytes());
            forms.insert(text.to_uppercase().into_bytes());
            forms.insert(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            let escaped = serde_json::to_string(text).expect("a text is JSON");
            forms.insert(escaped.trim_matches('"').as_bytes().to_vec());
        }
        for before in 0..3 {
            let mut shifted = vec![0; before];
            shifted.extend_from_slice(&self.bytes);
            let url = postern_protocol::base64url::encode(&shifted);
            // Letters at both ends mix with what stands beside the value.
            let from = (before * 8).div_ceil(6);
            let to = shifted.len() * 8 / 6;
            let inner = &url[from..to];
            forms.insert(inner.replace('-', "+").replace('_', "/").into_bytes());
            forms.insert(inner.as_bytes().to_vec());
        }
        forms
    }
}

/// A canary that was found.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// In which file.
    pub file: PathBuf,
    /// Which canary.
    pub canary: String,
}

/// Every canary in every file of these folders.
pub fn scan(folders: &[&Path], canaries: &[Canary]) -> BTreeSet<Found> {
    let mut patterns = Vec::new();
    let mut owners = Vec::new();
    for canary in canaries {
        assert!(canary.bytes.len() >= 6, "{} is too short to mean anything", canary.name);
        for form in canary.forms() {
            patterns.push(form);
            owners.push(&canary.name);
        }
    }
    let search = AhoCorasick::new(&patterns).expect("patterns fit");
    let mut found = BTreeSet::new();
    for file in files(folders) {
        let bytes = match fs::read(&file) {
            // A program replaced it meanwhile; what it was replaced by is read by its own name.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            read => read.expect("a file can be read"),
        };
        for hit in search.find_overlapping_iter(&bytes) {
            found.insert(Found { file: file.clone(), canary: owners[hit.pattern().as_usize()].clone() });
        }
    }
    found
}

/// All files below these folders.
pub fn files(folders: &[&Path]) -> Vec<PathBuf> {
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.exists() {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn every_form_of_a_canary_is_found_wherever_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let canary = Canary::new("date", "1980-04-12");
    for form in canary.forms() {
        let path = folder.path().join("log");
        let mut bytes = b"before ".to_vec();
        bytes.extend_from_slice(&form);
        bytes.extend_from_slice(b" after");
        fs::write(&path, bytes).unwrap();
        assert_eq!(scan(&[folder.path()], std::slice::from_ref(&canary)).len(), 1, "{form:?}");
    }
    for before in ["", "a", "ab", "abc"] {
        let text = postern_protocol::base64url::encode(format!("{before}1980-04-12xyz").as_bytes());
        fs::write(folder.path().join("log"), text).unwrap();
        assert_eq!(scan(&[folder.path()], std::slice::from_ref(&canary)).len(), 1, "{before}");
    }
    fs::write(folder.path().join("log"), "1980-04-13").unwrap();
    assert_eq!(scan(&[folder.path()], &[canary]).len(), 0);
}
