//! The shell in each language.

use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[path = "../../../build/words.rs"]
mod words;

/// One page a language, from the page Trunk built: `{{word <key>}}` becomes the word, `{{words}}` the table the app reads; the
/// portal's own placeholders stay.
pub fn shells(page: &str, locales: &Path) -> Result<BTreeMap<String, String>> {
    let mut shells = BTreeMap::new();
    for entry in fs::read_dir(locales).context("locales/")? {
        let path = entry?.path();
        let Some(language) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let words = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        let table = words::parse(&words).map_err(|error| anyhow!("{}: {error}", path.display()))?;
        let page = page.replace("{{words}}", &words::table(&table));
        let words: serde_json::Value =
            serde_json::from_str(&words).with_context(|| format!("{}", path.display()))?;
        let shell = fill(&page, &words).with_context(|| format!("the shell in {language}"))?;
        shells.insert(language.to_owned(), shell);
    }
    Ok(shells)
}

fn fill(page: &str, words: &serde_json::Value) -> Result<String> {
    const OPEN: &str = "{{word ";
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(start) = rest.find(OPEN) {
        out.push_str(&rest[..start]);
        rest = &rest[start + OPEN.len()..];
        let Some((key, after)) = rest.split_once("}}") else { bail!("a placeholder without end") };
        let word = words.get(key.trim()).and_then(|word| word.as_str());
        let word = word.with_context(|| format!("no word named {}", key.trim()))?;
        out.push_str(
            &word.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        );
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_in_and_the_portals_placeholders_stay() {
        let words = serde_json::json!({ "month": "Month & <year>" });
        let page = "<label>{{word month}}</label>{{clinic_name}}";
        assert_eq!(fill(page, &words).unwrap(), "<label>Month &amp; &lt;year&gt;</label>{{clinic_name}}");
    }

    #[test]
    fn a_missing_word_fails_the_build() {
        assert!(fill("{{word month}}", &serde_json::json!({})).is_err());
    }
}
