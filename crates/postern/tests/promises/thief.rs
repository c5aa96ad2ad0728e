//! Somebody with a copy of the portal's files: starts a portal of their own on it and tries what they have.

use crate::{house::House, patient::Patient};
use postern_protocol::{
    base64url,
    derive::LinkKeys,
    id::LinkId,
    link::{LinkSecret, url},
};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// Copies a folder while its programs run.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            match fs::copy(entry.path(), to.join(entry.file_name())) {
                // A program renamed it meanwhile, as one does that replaces a file.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                copied => drop(copied.unwrap()),
            }
        }
    }
}

/// Opens one of the stores.
pub async fn store(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(file).connect().await.unwrap()
}

/// Every link that the stolen store knows.
pub async fn known_links(state: &Path) -> BTreeSet<LinkId> {
    let mut store = store(&state.join("portal.sqlite")).await;
    let lids: Vec<Vec<u8>> = sqlx::query_scalar("SELECT lid FROM links").fetch_all(&mut store).await.unwrap();
    lids.into_iter().map(|lid| base64url::FixedBytes(lid.try_into().unwrap())).collect()
}

/// Everything in these files that could be a link's secret: words of 22 base-58 digits, base64url of 16 bytes, and in the key
/// files every run of 16 bytes.
pub fn candidates(files: &[PathBuf]) -> Vec<LinkSecret> {
    let mut found = BTreeSet::new();
    for file in files {
        let bytes = fs::read(file).unwrap();
        for word in bytes.split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_')) {
            for window in word.windows(22) {
                let text = std::str::from_utf8(window).unwrap();
                if let Ok(secret) = LinkSecret::from_text(text) {
                    found.insert(*secret.as_bytes());
                }
            }
            if let Ok(text) = std::str::from_utf8(word)
                && let Ok(value) = base64url::decode_array::<16>(text)
            {
                found.insert(value);
            }
        }
        let name = file.file_name().unwrap().to_string_lossy();
        if name.contains("key") {
            found.extend(bytes.windows(16).map(|window| <[u8; 16]>::try_from(window).unwrap()));
        }
    }
    found.into_iter().map(LinkSecret::from_bytes).collect()
}

/// The program: of the candidates, those that are the secret of a link in the stolen store are tried with a birth date at a
/// portal that runs on the copy. Gives the messages that opened.
pub async fn open(house: &mut House, stolen: &Path, candidates: &[LinkSecret], date: &str) -> Vec<String> {
    let known = known_links(stolen).await;
    let fitting = candidates.iter().filter(|secret| known.contains(&LinkKeys::derive(secret).lid));
    let links: Vec<String> = fitting
        .map(|secret| url(&house.origin, postern_protocol::factor::Policy::BirthDate, secret))
        .collect();
    house.start_portal_on(stolen);
    let mut opened = Vec::new();
    for link in links {
        if let Ok(link) = Patient::with_link(&link).verify(date).await {
            opened.push(link.text());
        }
    }
    opened
}
