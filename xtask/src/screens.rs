//! `cargo xtask screens`: pictures of the real screens.

use crate::{e2e, step};
use anyhow::Result;

/// Takes them anew into docs/screens/.
pub fn run() -> Result<()> {
    e2e::prepare()?;
    step::run("taking pictures of the real screens", &mut e2e::measurement("screens"))
}
