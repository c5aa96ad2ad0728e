//! Rules of this house that no other tool checks.

use crate::step;
use anyhow::{Context, Result, bail};
use std::fs;

/// A file longer than this is two files.
const LONGEST: usize = 400;

/// Words that must not stand in a file, where, and why.
struct Ban {
    words: &'static [&'static str],
    folders: &'static [&'static str],
    why: &'static str,
}

const BANS: [Ban; 6] = [
    Ban {
        words: &["inner_html", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"],
        folders: &["src/", "public/", "index.html"],
        why: "text becomes text, never markup",
    },
    Ban {
        words: &["style=\"", "style=move", "onclick=", "onsubmit="],
        folders: &["src/", "index.html"],
        why: "the content security policy forbids it",
    },
    Ban {
        words: &["unsafe-inline", "'unsafe-eval'"],
        folders: &["src/", "index.html", "crates/"],
        why: "the content security policy stays strict",
    },
    Ban {
        words: &[
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "document.cookie",
            "local_storage",
            "session_storage",
        ],
        folders: &["src/", "public/", "index.html"],
        why: "nothing is left on the phone",
    },
    Ban {
        words: &["\"resolved\":"],
        folders: &["tests/node/package-lock.json"],
        why: "a lock file names no registry's host",
    },
    Ban { words: &["non-repudiation"], folders: &["README.md"], why: "we do not promise it" },
];

/// Runs every rule over the files git knows; lists every breach before it fails.
pub fn run() -> Result<()> {
    let listed =
        step::output(step::program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]));
    let listed = listed.context("git cannot list the files")?;
    let mut breaches = Vec::new();
    for path in listed.lines() {
        let Ok(text) = fs::read_to_string(path) else { continue };
        breaches.extend(too_long(path, &text));
        breaches.extend(banned(path, &text));
    }
    breaches.extend(readme_names_both_commands(&fs::read_to_string("README.md").context("README.md")?));
    if breaches.is_empty() {
        return Ok(());
    }
    bail!("house rules broken:\n  {}", breaches.join("\n  "))
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let ours = [".rs", ".js", ".mjs", ".css", ".html"].iter().any(|ending| path.ends_with(ending));
    let lines = text.lines().count();
    (ours && lines > LONGEST).then(|| format!("{path}: {lines} lines, more than {LONGEST}"))
}

fn banned(path: &str, text: &str) -> Vec<String> {
    let bans = BANS.iter().filter(|ban| ban.folders.iter().any(|folder| path.starts_with(folder)));
    let hits = bans.flat_map(|ban| {
        text.lines().enumerate().flat_map(move |(number, line)| {
            let found = ban.words.iter().filter(move |word| line.contains(*word));
            found.map(move |word| format!("{path}:{}: `{word}`: {}", number + 1, ban.why))
        })
    });
    hits.collect()
}

fn readme_names_both_commands(readme: &str) -> Vec<String> {
    let first_lines: Vec<&str> = readme.lines().take(20).collect();
    ["cargo xtask run", "cargo xtask test"]
        .into_iter()
        .filter(|command| !first_lines.iter().any(|line| line.contains(command)))
        .map(|command| format!("README.md: `{command}` stands not in its first 20 lines"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_from_text_is_found_in_the_app_and_not_elsewhere() {
        let line = "view! { <p inner_html=text/> }";
        assert_eq!(banned("src/page/message.rs", line).len(), 1);
        assert!(banned("crates/desk/src/lib.rs", line).is_empty());
    }

    #[test]
    fn a_file_of_401_lines_is_too_long() {
        assert!(too_long("src/app.rs", &"x\n".repeat(401)).is_some());
        assert!(too_long("src/app.rs", &"x\n".repeat(400)).is_none());
        assert!(too_long("Cargo.lock", &"x\n".repeat(4000)).is_none());
    }

    #[test]
    fn a_readme_without_the_commands_first_is_found() {
        assert_eq!(readme_names_both_commands("# Postern\n").len(), 2);
        assert!(readme_names_both_commands("cargo xtask run\ncargo xtask test").is_empty());
    }
}
