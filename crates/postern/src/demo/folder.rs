//! The demo's state: `DIR/portal`, `DIR/desk`, and `DIR/demo.json`, which says for which address it was made and whether its
//! texts were sent.

use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The state folder of a demo.
pub struct DemoFolder {
    root: PathBuf,
    note: Note,
    // Removes the folder at the end.
    _temporary: Option<tempfile::TempDir>,
}

#[derive(Serialize, Deserialize)]
struct Note {
    origin: String,
    sent: bool,
}

impl DemoFolder {
    /// Opens or makes the folder for a demo at `origin`. The state of another address is moved aside: its links would
    /// lead nowhere.
    ///
    /// # Errors
    /// The folder cannot be used.
    pub fn open(root: Option<&Path>, origin: &str) -> Result<Self, Failure> {
        let (root, temporary) = match root {
            Some(root) => (root.to_owned(), None),
            None => {
                let folder = tempfile::Builder::new().prefix("postern-demo-").tempdir()?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        fs::create_dir_all(&root)?;
        let fresh = || Note { origin: origin.to_owned(), sent: false };
        let note = match fs::read_to_string(root.join("demo.json")) {
            Ok(text) => serde_json::from_str(&text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => fresh(),
            Err(error) => return Err(error.into()),
        };
        let mut folder = Self { root, note, _temporary: temporary };
        if folder.note.origin != origin {
            let aside = folder.move_aside()?;
            eprintln!(
                "postern: the state was made for {}; it is kept in {}",
                folder.note.origin,
                aside.display()
            );
            folder.note = fresh();
        }
        folder.write()?;
        Ok(folder)
    }

    /// The portal's folder.
    pub fn portal(&self) -> PathBuf {
        self.root.join("portal")
    }

    /// The desk's folder.
    pub fn desk(&self) -> PathBuf {
        self.root.join("desk")
    }

    /// Whether the demo's texts were sent.
    pub fn texts_sent(&self) -> bool {
        self.note.sent
    }

    /// Notes that they were.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn note_texts_sent(&mut self) -> Result<(), Failure> {
        self.note.sent = true;
        self.write()
    }

    fn write(&self) -> Result<(), Failure> {
        Ok(fs::write(self.root.join("demo.json"), serde_json::to_vec(&self.note)?)?)
    }

    fn move_aside(&self) -> Result<PathBuf, Failure> {
        let taken = |n: &u32| self.root.join(format!("earlier-{n}")).exists();
        let n = (1..).find(|n| !taken(n)).unwrap_or(u32::MAX);
        let aside = self.root.join(format!("earlier-{n}"));
        fs::create_dir(&aside)?;
        for part in ["portal", "desk", "demo.json"] {
            let from = self.root.join(part);
            if from.exists() {
                fs::rename(from, aside.join(part))?;
            }
        }
        Ok(aside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(root: &Path, origin: &str) -> DemoFolder {
        DemoFolder::open(Some(root), origin).unwrap_or_else(|_| panic!("the folder opens"))
    }

    #[test]
    fn a_demo_at_the_same_address_goes_on_where_it_was() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = open(root.path(), "http://127.0.0.1:1");
        assert!(!folder.texts_sent());
        assert!(folder.note_texts_sent().is_ok());
        assert!(open(root.path(), "http://127.0.0.1:1").texts_sent());
    }

    #[test]
    fn the_state_of_another_address_is_kept_aside() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = open(root.path(), "http://127.0.0.1:1");
        fs::create_dir(folder.portal()).unwrap();
        assert!(folder.note_texts_sent().is_ok());
        assert!(!open(root.path(), "http://127.0.0.1:2").texts_sent());
        assert!(root.path().join("earlier-1/portal").is_dir());
        assert!(!root.path().join("portal").exists());
    }
}
