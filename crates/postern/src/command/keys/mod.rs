//! `postern keys`.

mod backup;
mod rotate;
mod show;

use crate::{cli::KeysCommand, failure::Failure};
use postern_desk::desk::STORE_FILE;
use std::path::Path;

pub async fn run(command: KeysCommand) -> Result<(), Failure> {
    match command {
        KeysCommand::Show { state, output } => show::run(&state, output).await,
        KeysCommand::RotateClinic { state, clock, output } => rotate::clinic(&state, &clock, output).await,
        KeysCommand::RotateSigning { state, at_once, output } => {
            rotate::signing(&state, at_once, output).await
        }
        KeysCommand::NewSetup { state, output } => rotate::setup(&state, output).await,
        KeysCommand::Backup { state, html, sheets, needed, clock } => {
            backup::print(&state, &html, backup::Split { sheets, needed }, &clock).await
        }
        KeysCommand::Restore { state, file, clock } => backup::restore(&state, &file, &clock).await,
    }
}

/// Whose folder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Desk,
    Portal,
}

impl Side {
    /// Of a folder.
    ///
    /// # Errors
    /// Neither's.
    pub fn of(folder: &Path) -> Result<Self, Failure> {
        if folder.join(STORE_FILE).is_file() {
            Ok(Self::Desk)
        } else if folder.join("portal.json").is_file() {
            Ok(Self::Portal)
        } else {
            Err(Failure::failed(format!(
                "there is neither a desk nor a portal in {}: name the folder that `desk init` or `portal init` made",
                folder.display()
            )))
        }
    }
}
