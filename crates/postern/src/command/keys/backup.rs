//! `postern keys backup` and `postern keys restore`.

use super::Side;
use crate::{
    cli::{ClockSetting, State},
    clock,
    command::{open, print},
    failure::Failure,
    paper::{self, recovery::About},
    recovery::{self, Kind},
    staff,
};
use postern_desk::{desk::Desk, refusal::Refusal};
use postern_portal::{SystemClock, restore_keys};
use postern_protocol::time::Clock;
use rand_core::OsRng;
use std::path::Path;

/// How a copy is split.
#[derive(Debug, Clone, Copy)]
pub struct Split {
    /// Sheets.
    pub sheets: u8,
    /// Of which so many are needed.
    pub needed: u8,
}

pub async fn print(state: &State, html: &Path, split: Split, clock: &ClockSetting) -> Result<(), Failure> {
    if split.needed > split.sheets {
        return Err(Failure::Refused(vec![Refusal::new(
            "more-needed-than-printed",
            "More sheets would be needed than are printed",
            "Choose --needed at most as large as --sheets.",
        )]));
    }
    if html.exists() {
        return Err(Failure::failed(format!("{} is there already: name a new file", html.display())));
    }
    let (kind, key, of, at) = match Side::of(&state.folder)? {
        Side::Desk => {
            let desk = open::desk(state, clock).await?;
            let key = desk.print_recovery(&open::unlock(&state.folder)).await?;
            let (of, at) = (desk.clinic().public.name.clone(), desk.now());
            desk.shut().await;
            (Kind::Desk, key, of, at)
        }
        Side::Portal => {
            let portal = open::inspection(&state.folder)?;
            let at = SystemClock.now();
            (Kind::Portal, portal.print_recovery(&mut OsRng, at).await?, portal.origin().to_owned(), at)
        }
    };
    let sheets = recovery::split(&mut OsRng, kind, &key, split.needed, split.sheets);
    let page = paper::recovery::page(&sheets, &About { of: &of, at })?;
    paper::write(html, &page)?;
    let beside = match kind {
        Kind::Desk => "desk.sqlite",
        Kind::Portal => "keys.sealed and portal.json",
    };
    print::line(&format!(
        "{} sheets, {} needed, are in {}: print them, delete the file, keep the sheets apart. Sheets of another printing do not \
         go together with these. They open nothing without a backup of {beside}.",
        split.sheets,
        split.needed,
        html.display()
    ))
}

pub async fn restore(state: &State, file: &Path, clock: &ClockSetting) -> Result<(), Failure> {
    let sheets = recovery::read_sheets(&open::text(file)?)?;
    let folder = &state.folder;
    match Side::of(folder)? {
        Side::Desk => {
            let key = recovery::join(Kind::Desk, &sheets)?;
            let clock = clock::for_desk(clock.clock, folder);
            Desk::restore_vault(folder, &key, &open::unlock(folder), &*clock, open::rng(), &staff::name())
                .await?;
            print::line(
                "The vault opens again, with its new key; what opened it before does so no more. Next: postern doctor",
            )
        }
        Side::Portal => {
            let key = recovery::join(Kind::Portal, &sheets)?;
            restore_keys(folder, &key)?;
            print::line(
                "keys.json is there again. Start the portal: it opens nothing until each desk has told it the state of its links. \
                 Next: postern doctor",
            )
        }
    }
}
