//! The shell in each language.

use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[path = "../../../build/words.rs"]
#[allow(dead_code, reason = "shared with the app's build.rs, which uses the rest")]
mod words;

use words::{Text, Words};

/// One page a language, from the page Trunk built: `{{word <key>}}` becomes the word, `{{words}}` the table of all the
/// app's words; the portal's own placeholders stay.
pub fn shells(page: &str, locales: &Path) -> Result<BTreeMap<String, String>> {
    let mut shells = BTreeMap::new();
    for entry in fs::read_dir(locales).context("locales/")? {
        let path = entry?.path();
        let language = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .filter(|_| path.extension() == Some("json".as_ref()));
        let Some(language) = language else { continue };
        let source = fs::read_to_string(&path)?;
        let words = words::parse(&source).map_err(|error| anyhow!("{}: {error}", path.display()))?;
        let shell = fill(page, &words).with_context(|| format!("the shell in {language}"))?;
        shells.insert(language.to_owned(), shell);
    }
    Ok(shells)
}

fn fill(page: &str, words: &Words) -> Result<String> {
    const OPEN: &str = "{{word ";
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(start) = rest.find(OPEN) {
        out.push_str(&rest[..start]);
        rest = &rest[start + OPEN.len()..];
        let Some((key, after)) = rest.split_once("}}") else { bail!("a placeholder without end") };
        let Some(Text::Plain(word)) = words.get(key.trim()) else {
            bail!("no single word named {}", key.trim())
        };
        out.push_str(
            &word.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        );
        rest = after;
    }
    out.push_str(rest);
    Ok(out.replace("{{words}}", &table(words)))
}

/// One row a key in the order of the keys; plural forms as form, tab, sentence, tab, … (src/i18n.rs reads it).
fn table(words: &Words) -> String {
    let own = words.iter().filter(|(name, _)| !words::of_the_shell(name));
    let rows = own.map(|(_, text)| match text {
        Text::Plain(sentence) => sentence.clone(),
        Text::Plural(forms) => {
            forms.iter().map(|(form, sentence)| format!("{form}\t{sentence}")).collect::<Vec<_>>().join("\t")
        }
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"{ "shell.month": "Month & more", "door.left": { "one": "One try", "other": "{count} tries" }, "app.wait": "Please wait" }"#;

    #[test]
    fn words_are_filled_in_and_the_portals_placeholders_stay() {
        let page = "<label>{{word shell.month}}</label>{{clinic_name}}";
        let filled = fill(page, &words::parse(SOURCE).unwrap()).unwrap();
        assert_eq!(filled, "<label>Month &amp; more</label>{{clinic_name}}");
    }

    #[test]
    fn the_table_has_a_row_for_every_word_of_the_app_and_none_of_the_shell() {
        let filled = fill("{{words}}", &words::parse(SOURCE).unwrap()).unwrap();
        assert_eq!(filled, "Please wait\none\tOne try\tother\t{count} tries");
    }

    #[test]
    fn a_missing_word_fails_the_build() {
        assert!(fill("{{word shell.year}}", &words::parse(SOURCE).unwrap()).is_err());
    }
}
