//! The shell in each language.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;

#[path = "../../../build/words.rs"]
#[allow(dead_code, reason = "shared with the app's build.rs, which uses the rest")]
mod words;

use words::{Text, Words};

/// One page a language, from the page Trunk built: `{{word <key>}}` becomes the word, `{{words}}` the table of all the
/// app's words; the portal's own placeholders stay.
pub fn shells(page: &str, locales: &Path) -> Result<BTreeMap<String, String>> {
    let mut shells = BTreeMap::new();
    for language in words::languages(locales).context("locales/")? {
        let words = words::read(locales, &language).map_err(anyhow::Error::msg)?;
        let shell = fill(page, &words).and_then(|shell| ordered(&shell));
        shells.insert(language.clone(), shell.with_context(|| format!("the shell in {language}"))?);
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

/// The fields between `<!-- fields day month year -->` and `<!-- end fields -->` in the order that it names, each of which stands between
/// `<!-- field <name> -->` and `<!-- end field -->`. So what a finger, a key and a screen reader meet is one order.
fn ordered(page: &str) -> Result<String> {
    let Some((before, rest)) = page.split_once("<!-- fields ") else { return Ok(page.to_owned()) };
    let (order, rest) = rest.split_once(" -->").context("an order without end")?;
    let (fields, after) = rest.split_once("<!-- end fields -->").context("fields without end")?;
    let mut out = before.to_owned();
    for name in order.split_whitespace() {
        let field = fields.split_once(&format!("<!-- field {name} -->")).map(|(_, field)| field);
        let field = field.and_then(|field| Some(field.split_once("<!-- end field -->")?.0));
        out.push_str(field.with_context(|| format!("no field {name}"))?);
    }
    let (named, there) = (order.split_whitespace().count(), fields.matches("<!-- field ").count());
    anyhow::ensure!(named == there, "{there} fields stand there and the order names {named}");
    out.push_str(after);
    Ok(out)
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
    fn fields_stand_in_the_order_of_the_language_and_none_is_lost() {
        let page = |order: &str| {
            format!(
                "<p><!-- fields {order} -->\
                     <!-- field a -->A<!-- end field --><!-- field b -->B<!-- end field --><!-- end fields --></p>"
            )
        };
        assert_eq!(ordered(&page("b a")).unwrap(), "<p>BA</p>");
        assert_eq!(ordered(&page("a b")).unwrap(), "<p>AB</p>");
        assert!(ordered(&page("a")).is_err() && ordered(&page("a c")).is_err());
    }

    #[test]
    fn a_region_says_only_what_differs_from_its_language() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("en.json"),
            r#"{ "shell.order": "month day", "app.wait": "Please wait" }"#,
        )
        .unwrap();
        std::fs::write(folder.path().join("en-GB.json"), r#"{ "shell.order": "day month" }"#).unwrap();
        let shells = shells("{{word shell.order}} {{words}}", folder.path()).unwrap();
        assert_eq!(shells["en"], "month day Please wait");
        assert_eq!(shells["en-GB"], "day month Please wait");
    }

    #[test]
    fn a_missing_word_fails_the_build() {
        assert!(fill("{{word shell.year}}", &words::parse(SOURCE).unwrap()).is_err());
    }
}
