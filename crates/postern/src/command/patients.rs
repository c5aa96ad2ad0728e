//! `postern patients`.

use super::{open, print};
use crate::{
    cli::{ClockSetting, Output, PatientsCommand, State, Whose},
    failure::Failure,
};
use postern_desk::patients::{
    import::ImportError,
    show::{Shown, ShownHelper},
};
use postern_fhir::instant;
use std::path::Path;

pub async fn run(command: PatientsCommand) -> Result<(), Failure> {
    match command {
        PatientsCommand::Import { state, file, clock, output } => import(&state, &file, &clock, output).await,
        PatientsCommand::Show { state, patient, clock, output } => {
            let desk = open::desk(&state, &clock).await?;
            let shown = desk.show_patient(&patient).await;
            desk.shut().await;
            let shown = shown?;
            print::result(output, &shown, || in_words(&shown))
        }
        PatientsCommand::ClearTries { state, whose, how, clock, output } => {
            let (whose, desk) = (Whose::from(whose), open::desk(&state, &clock).await?);
            let cleared = match &whose {
                Whose::Patient(id) => desk.clear_tries(id, &how).await,
                Whose::Helper(id) => desk.clear_helper_tries(id, &how).await,
            };
            desk.shut().await;
            cleared?;
            print::result(output, &whose.told("cleared"), || {
                format!("booked: earlier wrong birth dates of {whose} count no more ({})", how.trim())
            })
        }
    }
}

async fn import(state: &State, file: &Path, clock: &ClockSetting, output: Output) -> Result<(), Failure> {
    let text = open::text(file)?;
    let desk = open::desk(state, clock).await?;
    let imported = match desk.import_patients(&text).await {
        Ok(imported) => imported,
        Err(ImportError::Rows(rows)) if output.json => {
            print::json(&rows)?;
            return Err(ImportError::Rows(rows).into());
        }
        Err(ImportError::Rows(rows)) => {
            for row in &rows {
                for problem in &row.problems {
                    eprintln!("postern: row {}: {problem}", row.row);
                }
            }
            return Err(ImportError::Rows(rows).into());
        }
        Err(error) => return Err(error.into()),
    };
    print::result(output, &imported, || {
        let mut words = format!("{} added, {} updated", imported.added, imported.updated);
        if imported.without_number > 0 {
            words += &format!("; {} without a number for texts", imported.without_number);
        }
        if imported.without_birth_date > 0 {
            words += &format!("; {} without a birth date", imported.without_birth_date);
        }
        if imported.helpers_added + imported.helpers_updated > 0 {
            let (added, updated) = (imported.helpers_added, imported.helpers_updated);
            words += &format!("; helpers: {added} added, {updated} updated");
        }
        if imported.links_recalled > 0 {
            words += &format!("; {} open links of helpers taken back", imported.links_recalled);
        }
        words
    })
}

fn in_words(shown: &Shown) -> String {
    let has = |yes: bool| if yes { "known" } else { "MISSING" };
    let mut words = format!(
        "{} ({}): number for texts {}, birth date {}",
        shown.name,
        shown.id,
        has(shown.has_number),
        has(shown.has_birth_date)
    );
    if !shown.shares_number_with.is_empty() {
        words += &format!("\nThe number is also that of {}", shown.shares_number_with.join(", "));
    }
    if shown.helpers.is_empty() {
        words += "\nNobody is named who may answer for them";
    }
    for helper in &shown.helpers {
        words += &format!("\n{}", helper_in_words(helper));
    }
    words
}

fn helper_in_words(helper: &ShownHelper) -> String {
    let scope: Vec<&str> = helper.scope.iter().map(|one| one.as_str()).collect();
    let mut words =
        format!("helper {}: {}, {}; for {}", helper.id, helper.name, helper.relationship, scope.join(", "));
    for (word, at) in [("from", helper.since), ("until", helper.until)] {
        if let Some(at) = at {
            words += &format!("; {word} {}", instant::to_text(at.0));
        }
    }
    if let Some(code) = helper.refused {
        words += &format!("; MAY NOT NOW: {code}");
    }
    words
}
