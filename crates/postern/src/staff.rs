//! Who gives a command: their name or id stands on every line of the ledger that comes of it.

use std::{env, fs, os::unix::fs::MetadataExt};

/// Says who it is where several people share a login.
const VARIABLE: &str = "POSTERN_STAFF";

/// The name that POSTERN_STAFF says, else the login's, else its number.
pub fn name() -> String {
    let named = [VARIABLE, "LOGNAME", "USER"].iter().filter_map(|name| env::var(name).ok());
    let named = named.map(|name| name.trim().to_owned()).find(|name| !name.is_empty());
    named.unwrap_or_else(|| match fs::metadata("/proc/self") {
        Ok(own) => format!("uid {}", own.uid()),
        Err(_) => "unnamed".to_owned(),
    })
}
