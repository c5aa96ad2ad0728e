//! Pages to print: one HTML file each, without a script, an address or a file beside it.

pub mod consent;
pub mod history;
pub mod recovery;

use crate::failure::Failure;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use postern_protocol::digest::sha256;
use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

const STYLE: &str = "\
@page { margin: 18mm }
body { font: 11pt/1.45 system-ui, sans-serif; color: #000; background: #fff; max-width: 48rem; margin: 1rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 1.6rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: start; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid #999 }
.soft { color: #444; font-size: .9em } .what { white-space: pre-wrap; overflow-wrap: anywhere }
.code { font: 700 15pt/1.7 ui-monospace, monospace } .code td { border: 0; padding: 0 1.2rem 0 0; width: auto }
.sheet { break-after: page } svg { width: 52mm; height: 52mm }
";

fn frame(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta http-equiv="Content-Security-Policy" content=(policy());
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// Nothing but the one style, by its hash: also what stands in a page to print stays text.
fn policy() -> String {
    format!("default-src 'none'; style-src 'sha256-{}='", sha256(STYLE.as_bytes()).to_text())
}

/// Writes a page to a new file that its owner alone can read.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn write(file: &Path, page: &str) -> Result<(), Failure> {
    let failed = |error| {
        Failure::failed(format!(
            "cannot write {}: {error}; name a file that is not there yet",
            file.display()
        ))
    };
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(failed)?;
    out.write_all(page.as_bytes()).and_then(|()| out.sync_all()).map_err(failed)
}
