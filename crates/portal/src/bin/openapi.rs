//! Prints the OpenAPI document: `cargo xtask openapi` writes it to docs/openapi.json.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    let document = serde_json::to_string_pretty(&postern_portal::openapi())?;
    writeln!(io::stdout(), "{document}")
}
