//! `postern patients`.

use super::{open, print};
use crate::{cli::PatientsCommand, failure::Failure};
use postern_desk::patients::import::ImportError;

pub async fn run(command: PatientsCommand) -> Result<(), Failure> {
    let PatientsCommand::Import { state, file, clock, output } = command;
    let text = open::text(&file)?;
    let desk = open::desk(&state, &clock).await?;
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
