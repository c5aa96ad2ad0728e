//! Reads `locales/<language>.json`: one flat object, `page.sentence` → text, `{name}` for what is put in, and `{ "one": …, "other": … }`
//! where the sentence depends on a count. A file with a region (`en-GB.json`) says only what differs from its language. Shared by `build.rs` (typed keys) and by the step that finishes the shell (the table of words).

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The plural forms of CLDR.
const PLURAL_FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// One sentence, or its plural forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// The same for every count.
    Plain(String),
    /// Form of CLDR → sentence; `other` is always there.
    Plural(BTreeMap<String, String>),
}

/// One language: `section.key` → its text, in the order of the keys.
pub type Words = BTreeMap<String, Text>;

/// The words of `language`, a file of `folder` without its ending: with a region, what it says goes over its language's words. The error
/// names file and key.
pub fn read(folder: &Path, language: &str) -> Result<Words, String> {
    let path = folder.join(format!("{language}.json"));
    let named = |error: String| format!("{}: {error}", path.display());
    let source = std::fs::read_to_string(&path).map_err(|error| named(error.to_string()))?;
    let mut words = match language.split_once('-') {
        Some((whole, _)) => read(folder, whole)?,
        None => Words::new(),
    };
    words.extend(parse(&source).map_err(named)?);
    Ok(words)
}

/// The languages of `folder`, with their regions.
pub fn languages(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut languages = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        languages.extend(name.strip_suffix(".json").map(String::from));
    }
    languages.sort();
    Ok(languages)
}

/// Parses one file. The error names the key.
pub fn parse(source: &str) -> Result<Words, String> {
    let file: serde_json::Map<String, Value> =
        serde_json::from_str(source).map_err(|error| format!("not one JSON object: {error}"))?;
    file.into_iter()
        .map(|(name, value)| match text(&value) {
            Ok(text) => Ok((name, text)),
            Err(error) => Err(format!("`{name}`: {error}")),
        })
        .collect()
}

fn text(value: &Value) -> Result<Text, String> {
    if let Some(plain) = value.as_str() {
        return checked(plain).map(Text::Plain);
    }
    let forms = value.as_object().ok_or("neither a sentence nor plural forms")?;
    let mut plural = BTreeMap::new();
    for (form, sentence) in forms {
        if !PLURAL_FORMS.contains(&form.as_str()) {
            return Err(format!("`{form}` is no plural form"));
        }
        let sentence = sentence.as_str().ok_or_else(|| format!("`{form}` is not a sentence"))?;
        plural.insert(form.clone(), checked(sentence)?);
    }
    if plural.contains_key("other") { Ok(Text::Plural(plural)) } else { Err("`other` is missing".into()) }
}

/// The table stands in a `<script type="text/plain">`, one row a line, plural forms apart by tabs.
fn checked(sentence: &str) -> Result<String, String> {
    match sentence.chars().find(|character| matches!(character, '<' | '\n' | '\t')) {
        Some(character) => Err(format!("{character:?} may not stand in a sentence")),
        None => Ok(sentence.to_owned()),
    }
}

impl Text {
    /// The names in braces, of all forms together.
    pub fn parameters(&self) -> BTreeSet<String> {
        match self {
            Self::Plain(sentence) => parameters(sentence),
            Self::Plural(forms) => forms.values().flat_map(|sentence| parameters(sentence)).collect(),
        }
    }
}

fn parameters(sentence: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for piece in sentence.split('{').skip(1) {
        if let Some((name, _)) = piece.split_once('}')
            && !name.is_empty()
        {
            names.insert(name.to_owned());
        }
    }
    names
}

/// Whether the key belongs to index.html alone and so not to the table.
pub fn of_the_shell(name: &str) -> bool {
    name.starts_with("shell.")
}

/// The keys that index.html names as `{{word page.sentence}}`.
pub fn named_in(html: &str) -> BTreeSet<String> {
    html.split("{{word ")
        .skip(1)
        .filter_map(|piece| Some(piece.split_once("}}")?.0.trim().to_owned()))
        .collect()
}

/// What differs between a language and English: keys missing, keys too many, other parameters, plural here and plain there.
pub fn differences(english: &Words, other: &Words) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in english {
        match other.get(name) {
            None => found.push(format!("`{name}` is missing")),
            Some(same) if same.parameters() != text.parameters() => {
                found.push(format!(
                    "`{name}` takes {:?}, in English {:?}",
                    same.parameters(),
                    text.parameters()
                ));
            }
            Some(same) if matches!(same, Text::Plural(_)) != matches!(text, Text::Plural(_)) => {
                found.push(format!("`{name}` has plural forms in one language only"));
            }
            Some(_) => {}
        }
    }
    found.extend(
        other
            .keys()
            .filter(|name| !english.contains_key(*name))
            .map(|name| format!("`{name}` is not in English")),
    );
    found
}
