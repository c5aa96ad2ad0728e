//! `postern ledger`.

use super::{open, print};
use crate::{
    cli::{LedgerCommand, LedgerFormat},
    failure::Failure,
};
use postern_desk::ledger::export::{Format, Span};
use std::{
    fs::OpenOptions,
    io::{self, BufWriter},
    os::unix::fs::OpenOptionsExt,
};

pub async fn run(command: LedgerCommand) -> Result<(), Failure> {
    let LedgerCommand::Export { state, format, from, until, file, clock, output } = command;
    let format = match format {
        LedgerFormat::Csv => Format::Csv,
        LedgerFormat::Fhir => Format::Fhir,
        LedgerFormat::Jsonl => Format::JsonLines,
    };
    let span = Span { from, until };
    let Some(path) = file else {
        if output.json {
            return Err(Failure::failed("--json says what was written to a file: name one with --file"));
        }
        let desk = open::desk(&state, &clock).await?;
        let written = desk.export_ledger(format, span, BufWriter::new(io::stdout())).await;
        desk.shut().await;
        written?;
        return Ok(());
    };
    let out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(|error| {
        Failure::failed(format!(
            "cannot write {}: {error}; name a file that is not there yet",
            path.display()
        ))
    })?;
    let desk = open::desk(&state, &clock).await?;
    let written = desk.export_ledger(format, span, BufWriter::new(&out)).await;
    desk.shut().await;
    let lines = written?;
    out.sync_all()?;
    let told = serde_json::json!({ "file": path, "format": format.as_str(), "lines": lines });
    print::result(output, &told, || format!("{lines} lines of the ledger are in {}", path.display()))
}
