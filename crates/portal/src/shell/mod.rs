//! The built app as it is served: shells filled for each clinic and language, and hashed assets, all compressed ahead.

mod accent;
mod asset;
mod encoding;
mod fill;
mod language;
mod page;
mod served;

pub use asset::Asset;
pub use page::{Page, PageKind};
pub use served::{BuiltApp, BuiltPage, NotServed, decode};

use crate::store::Clinic;
use postern_protocol::{digest::sha256, id::ClinicId};
use std::{collections::BTreeMap, fs, io, path::Path};

/// Everything served from `dist/`.
#[derive(Default)]
pub struct AppFiles {
    pages: BTreeMap<(ClinicId, String, PageKind), Page>,
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
        let mut pages = BTreeMap::new();
        for clinic in clinics {
            for (language, shell) in &shells {
                for kind in PageKind::ALL {
                    let page = Page::fill(shell, kind, &clinic.public, language, &build)
                        .map_err(|what| AppFilesError::Shell { language: language.clone(), what })?;
                    pages.insert((clinic.public.id.clone(), language.clone(), kind), page);
                }
            }
        }
        Ok(Self { pages, assets, languages: shells.into_keys().collect() })
    }

    /// The page of a clinic in the language that fits an `Accept-Language` best.
    pub fn page(&self, clinic: &ClinicId, accept_language: &str, kind: PageKind) -> Option<&Page> {
        let language = language::best(accept_language, &self.languages)?;
        self.pages.get(&(clinic.clone(), language.to_owned(), kind))
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
