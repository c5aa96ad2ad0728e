//! The shell's one script: what Trunk's loader needs and what boot.js does in a single file, so that a phone waits for one
//! request less.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

const BOOT: &str = "public/boot.js";

/// Puts boot.js behind the bindings it loads and lets the page name that one file. boot.js imports the file it then stands in,
/// which a browser answers with the same module.
pub fn joined(page: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<String> {
    let Some(boot) = files.remove(BOOT) else { return Ok(page.to_owned()) };
    let (_, after) = page.split_once("data-js=\"/").context("the page's script names no bindings")?;
    let (name, _) = after.split_once('"').context("an attribute without end")?;
    let Some(bindings) = files.get_mut(name) else { bail!("Trunk wrote no {name}") };
    // In a block: both were made smaller by themselves, so both may use the same short names.
    bindings.extend(b"\n{");
    bindings.extend(boot.trim_ascii_end());
    bindings.push(b'}');
    let text = String::from_utf8(core::mem::take(bindings)).context("a script that is no text")?;
    *bindings = without_remarks(&text).into_bytes();
    let page = without_preload(page, name);
    Ok(page.replace(&format!("src=\"/{BOOT}\""), &format!("src=\"/{name}\"")))
}

/// Trunk's hint to load the file early would load it twice: the script itself, found just as early, carries no integrity, and a
/// browser takes the two for different files.
fn without_preload(page: &str, name: &str) -> String {
    let hint = page.split_inclusive('>').find(|tag| tag.contains("modulepreload") && tag.contains(name));
    hint.and_then(|tag| tag.rfind("<link").map(|start| page.replacen(&tag[start..], "", 1)))
        .unwrap_or_else(|| page.to_owned())
}

/// Without indentation, empty lines and lines that only people read.
fn without_remarks(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let code =
        lines.filter(|line| !line.is_empty() && !["//", "/*", "*"].iter().any(|mark| line.starts_with(mark)));
    code.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_and_indentation_are_not_sent() {
        let script = "/**\n * What it does.\n */\nfunction a() {\n    // Why.\n    return 1;\n}\n";
        assert_eq!(without_remarks(script), "function a() {\nreturn 1;\n}");
    }

    #[test]
    fn the_page_names_one_script_that_does_both() {
        let mut files = BTreeMap::from([
            (BOOT.to_owned(), b"boot()".to_vec()),
            ("app-0123456789abcdef.js".to_owned(), b"export default init".to_vec()),
        ]);
        let page = concat!(
            "<script src=\"/public/boot.js\" data-js=\"/app-0123456789abcdef.js\"></script>",
            "<link rel=\"modulepreload\" href=\"/app-0123456789abcdef.js\" integrity=\"x\">"
        );
        let joined = joined(page, &mut files).unwrap();
        assert_eq!(
            joined,
            "<script src=\"/app-0123456789abcdef.js\" data-js=\"/app-0123456789abcdef.js\"></script>"
        );
        assert_eq!(files["app-0123456789abcdef.js"], b"export default init\n{boot()}");
        assert!(!files.contains_key(BOOT));
    }
}
