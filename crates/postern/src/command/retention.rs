//! `postern retention`.

use super::{open, print};
use crate::{cli::RetentionCommand, failure::Failure};
use postern_desk::retention::{ClassLine, PurgeError};
use postern_fhir::instant;

pub async fn run(command: RetentionCommand) -> Result<(), Failure> {
    match command {
        RetentionCommand::Show { state, clock, output } => {
            let desk = open::desk(&state, &clock).await?;
            let lines = desk.retention().await;
            desk.shut().await;
            let lines = lines?;
            print::result(output, &lines, || lines.iter().map(in_words).collect::<Vec<_>>().join("\n"))
        }
        RetentionCommand::Purge { state, class, before, clock, output } => {
            let desk = open::desk(&state, &clock).await?;
            let purged = desk.purge(class, before).await;
            desk.shut().await;
            let purged = match purged {
                Ok(purged) => purged,
                Err(PurgeError::TooEarly(refusal)) => return Err(Failure::Refused(vec![refusal])),
                Err(error) => return Err(error.into()),
            };
            print::result(output, &purged, || {
                let before = instant::to_text(purged.before.0);
                format!("{}: {} gone, of what had ended before {before}", class.as_str(), purged.gone)
            })
        }
    }
}

fn in_words(line: &ClassLine) -> String {
    let ClassLine { class, kept, at_least, held, due } = line;
    format!("{}: kept {kept} (at least {at_least}); {held} held, {due} due", class.as_str())
}
