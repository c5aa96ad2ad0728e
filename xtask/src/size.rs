//! `cargo xtask size`: what the browser received until the message stood there.

use crate::{e2e, step};
use anyhow::Result;

/// Counts and compares with the budget; an error over it.
pub fn run() -> Result<()> {
    e2e::prepare()?;
    count()
}

/// The same, of what is built already.
pub fn count() -> Result<()> {
    step::run("counting bytes and requests in a real browser", &mut e2e::measurement("size"))
}
