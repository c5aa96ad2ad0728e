//! Results on standard output.

use crate::{cli::Output, failure::Failure};
use serde::Serialize;
use std::io::{self, Write};

/// JSON where it is asked for, else words.
pub fn result(output: Output, value: &impl Serialize, words: impl FnOnce() -> String) -> Result<(), Failure> {
    if output.json { json(value) } else { line(&words()) }
}

/// One JSON document, indented, and a line end.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Words and a line end, in one write: whoever reads only the first line may close the pipe.
pub fn line(words: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(format!("{words}\n").as_bytes())?;
    Ok(out.flush()?)
}
