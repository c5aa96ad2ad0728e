//! `cargo xtask size`: what the browser received until the message stood there.

use crate::{e2e, step};
use anyhow::Result;

/// Counts and compares with the budget; an error over it.
pub fn run() -> Result<()> {
    e2e::prepare()?;
    step::run("counting bytes and requests in a real browser", &mut e2e::measurement("size"))
}
