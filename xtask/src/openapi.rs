//! `cargo xtask openapi`: the API's document, written from the portal's code. A test of the portal fails while it is stale.

use crate::step;
use anyhow::{Context, Result};
use std::fs;

/// Where it is kept.
const DOCUMENT: &str = "docs/openapi.json";

/// Writes it.
pub fn run() -> Result<()> {
    step::say("asking the portal's code what its API is");
    let mut program =
        step::cargo(["run", "--quiet", "--package=postern-portal", "--bin=openapi", "--locked"]);
    let text = step::output(&mut program).context("the program that prints the document failed")?;
    fs::write(DOCUMENT, text + "\n").with_context(|| format!("cannot write {DOCUMENT}"))
}
