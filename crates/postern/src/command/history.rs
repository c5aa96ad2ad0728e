//! `postern history`.

use super::{open, print};
use crate::{
    cli,
    failure::Failure,
    paper::{self, history::in_words},
};
use postern_desk::history::About;

pub async fn run(command: cli::History) -> Result<(), Failure> {
    let about = match (&command.patient, &command.number) {
        (Some(id), _) => About::Patient(id.clone()),
        (None, Some(file)) => About::Number(open::text(file)?),
        (None, None) => unreachable!("the command line asks for one of them"),
    };
    let desk = open::desk(&command.state, &command.clock).await?;
    let history = desk.history(&about).await;
    desk.shut().await;
    let history = history?;
    let Some(file) = command.html else {
        return print::result(command.output, &history, || in_words(&history));
    };
    paper::write(&file, &paper::history::page(&history))?;
    let lines = history.lines.len();
    let written = serde_json::json!({ "file": file, "lines": lines });
    print::result(command.output, &written, || {
        format!("{lines} lines are in {}: open it in a browser, print it, delete it", file.display())
    })
}
