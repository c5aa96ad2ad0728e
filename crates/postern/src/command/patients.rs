//! `postern patients`.

use super::{open, print};
use crate::{
    cli::{ClockSetting, Output, PatientsCommand, State},
    failure::Failure,
};
use postern_desk::patients::import::ImportError;
use serde_json::json;
use std::path::Path;

pub async fn run(command: PatientsCommand) -> Result<(), Failure> {
    match command {
        PatientsCommand::Import { state, file, clock, output } => import(&state, &file, &clock, output).await,
        PatientsCommand::ClearTries { state, patient, how, clock, output } => {
            let desk = open::desk(&state, &clock).await?;
            let cleared = desk.clear_tries(&patient, &how).await;
            desk.shut().await;
            cleared?;
            print::result(output, &json!({ "patient": patient, "cleared": true }), || {
                format!(
                    "booked: earlier wrong birth dates of patient {patient} count no more ({})",
                    how.trim()
                )
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
        words
    })
}
