//! `doctor --served`, against a portal that serves a small built app.

use crate::clinic::{Clinic, Outcome, command, text};
use postern_protocol::digest::sha256;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The app that the house's portal serves, as an unpacked archive with its list.
fn published(clinic: &Clinic) -> PathBuf {
    let dist = clinic.house.folder.path().join("dist");
    let from = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/house/app"));
    let mut list = String::new();
    for folder in ["", "assets"] {
        fs::create_dir_all(dist.join("app").join(folder)).unwrap();
        for entry in fs::read_dir(from.join(folder)).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_file() {
                let path = Path::new("app").join(folder).join(entry.file_name().unwrap());
                let bytes = fs::read(&entry).unwrap();
                fs::write(dist.join(&path), &bytes).unwrap();
                list += &format!("{}  {}\n", hex(&bytes), path.display());
            }
        }
    }
    fs::write(dist.join("SHA256SUMS"), list).unwrap();
    dist
}

fn hex(bytes: &[u8]) -> String {
    sha256(bytes).0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn compare(clinic: &Clinic, dist: &Path) -> Outcome {
    command(&["doctor", "--served", &clinic.house.origin, "--dist", text(dist), "--json"])
}

#[test]
fn a_portal_that_serves_the_published_files_is_told_from_one_that_does_not() {
    let clinic = Clinic::open();
    let dist = published(&clinic);
    let same = compare(&clinic, &dist);
    assert_eq!(same.status, 0, "{} {}", same.out, same.err);
    assert!(same.out.contains("filled for Oak Street Clinic, telephone tel:+12025550143"), "{}", same.out);

    // Another file was published than the one that is served: both are whole in themselves.
    let changed = |path: &Path, from: &str, to: &str| {
        let before = fs::read_to_string(path).unwrap();
        assert!(before.contains(from), "{}", path.display());
        fs::write(path, before.replacen(from, to, 1)).unwrap();
        let list = fs::read_to_string(dist.join("SHA256SUMS")).unwrap();
        let after = fs::read(path).unwrap();
        fs::write(dist.join("SHA256SUMS"), list.replace(&hex(before.as_bytes()), &hex(&after))).unwrap();
    };
    let asset =
        fs::read_dir(dist.join("app/assets")).unwrap().map(|entry| entry.unwrap().path()).next().unwrap();
    let content = fs::read_to_string(&asset).unwrap();
    let first: String = content.chars().take(3).collect();
    changed(&asset, &first, "???");
    let other = compare(&clinic, &dist);
    let name = asset.file_name().unwrap().to_str().unwrap();
    assert_eq!(other.status, 1);
    assert!(other.out.contains(&format!("/assets/{name}: other bytes")), "{}", other.out);
    changed(&asset, "???", &first);
    assert_eq!(compare(&clinic, &dist).status, 0);

    changed(&dist.join("app/shell.en.html"), "<style>", "<!-- --><style>");
    let other = compare(&clinic, &dist);
    assert_eq!(other.status, 1);
    assert!(other.out.contains(", /m (en): it differs"), "{}", other.out);
}

#[test]
fn a_portal_that_is_away_is_one_finding_and_not_one_a_file() {
    let mut clinic = Clinic::open();
    let dist = published(&clinic);
    clinic.house.stop_portal();
    let away = compare(&clinic, &dist);
    assert_eq!(away.status, 1);
    assert_eq!(away.out.matches("served-file").count(), 1, "{}", away.out);
}

#[test]
fn a_folder_that_is_not_what_its_list_says_vouches_for_nothing() {
    let clinic = Clinic::open();
    let dist = published(&clinic);
    let shell = dist.join("app/shell.en.html");
    fs::write(&shell, fs::read_to_string(&shell).unwrap() + " ").unwrap();
    let outcome = compare(&clinic, &dist);
    assert_eq!(outcome.status, 1);
    assert!(outcome.out.contains("app/shell.en.html is not the one"), "{}", outcome.out);
    fs::remove_file(dist.join("SHA256SUMS")).unwrap();
    let missing = compare(&clinic, &dist);
    assert_eq!(
        (missing.status, missing.err.contains("name the unpacked archive")),
        (1, true),
        "{}",
        missing.err
    );
}
