//! Free ports.

use anyhow::{Context, Result};
use std::net::TcpListener;

/// A port that nobody listens on at this moment.
pub fn free() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port to bind")?;
    Ok(listener.local_addr()?.port())
}
