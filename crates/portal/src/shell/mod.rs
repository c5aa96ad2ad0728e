//! The built app as it is served: shells filled for each clinic and language, and hashed assets, all compressed ahead.

mod accent;
mod asset;
mod document;
mod encoding;
mod fill;
mod language;
mod page;
mod policy_page;
mod served;

pub use asset::Asset;
pub use document::Document;
pub use language::best as best_language;
pub use page::{Page, PageKind};
pub use policy_page::Frame;
pub use served::{BuiltApp, BuiltPage, NotServed, decode};

use crate::store::Clinic;
use postern_protocol::{digest::sha256, id::ClinicId};
use std::{collections::BTreeMap, fs, io, path::Path};

/// Everything served from `dist/`.
#[derive(Default)]
pub struct AppFiles {
    pages: BTreeMap<(ClinicId, String, PageKind), Page>,
    frames: BTreeMap<(ClinicId, String), Frame>,
    assets: BTreeMap<String, Asset>,
    languages: Vec<String>,
}

/// Why the built app cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AppFilesError {
    /// The folder cannot be read.
    #[error("the built app cannot be read: build it first")]
    File(#[from] io::Error),
    /// There is no shell in it.
    #[error("the folder holds no shell.<language>.html: it is not a built app")]
    NoShell,
    /// A shell is not one that can be filled.
    #[error("shell.{language}.html cannot be filled: {what}")]
    Shell {
        /// Of which language.
        language: String,
        /// What is wrong with it.
        what: fill::NotAShell,
    },
}

impl AppFiles {
    /// Reads `dist/` and fills its shells for each clinic.
    ///
    /// # Errors
    /// See [`AppFilesError`].
    pub fn load(folder: &Path, clinics: &[Clinic]) -> Result<Self, AppFilesError> {
        let assets = asset::read_all(&folder.join("assets"))?;
        let shells = read_shells(folder)?;
        if shells.is_empty() {
            return Err(AppFilesError::NoShell);
        }
        let build = build_name(&assets, &shells);
        let (mut pages, mut frames) = (BTreeMap::new(), BTreeMap::new());
        for clinic in clinics {
            for (language, shell) in &shells {
                let not_filled = |what| AppFilesError::Shell { language: language.clone(), what };
                let frame = Frame::fill(shell, &clinic.public, language, &build).map_err(not_filled)?;
                frames.insert((clinic.public.id.clone(), language.clone()), frame);
                for kind in PageKind::ALL {
                    let page =
                        Page::fill(shell, kind, &clinic.public, language, &build).map_err(not_filled)?;
                    pages.insert((clinic.public.id.clone(), language.clone(), kind), page);
                }
            }
        }
        Ok(Self { pages, frames, assets, languages: shells.into_keys().collect() })
    }

    /// The page of a clinic in the language that fits an `Accept-Language` best.
    pub fn page(&self, clinic: &ClinicId, accept_language: &str, kind: PageKind) -> Option<&Page> {
        let language = language::best(accept_language, &self.languages)?;
        self.pages.get(&(clinic.clone(), language.to_owned(), kind))
    }

    /// What a clinic's text in this language is put into: the dress of that language, else the one that stands in for it.
    pub fn frame(&self, clinic: &ClinicId, language: &str) -> Option<&Frame> {
        let language = language::best(language, &self.languages)?;
        self.frames.get(&(clinic.clone(), language.to_owned()))
    }

    /// A file under `/assets/`.
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.get(name)
    }
}

fn read_shells(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut shells = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let language = name.strip_prefix("shell.").and_then(|name| name.strip_suffix(".html"));
        if let Some(language) = language {
            shells.insert(language.to_owned(), fs::read_to_string(entry.path())?);
        }
    }
    Ok(shells)
}

/// Names this build: the same files, the same name.
fn build_name(assets: &BTreeMap<String, Asset>, shells: &BTreeMap<String, String>) -> String {
    let mut names: String = assets.keys().fold(String::new(), |names, name| names + name + "\n");
    for shell in shells.values() {
        names.push_str(&sha256(shell.as_bytes()).to_text());
    }
    sha256(names.as_bytes()).to_text()[..12].to_owned()
}
