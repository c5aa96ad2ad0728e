//! A text with its translations and its Markdown form.

use super::extension::{self, url};
use alloc::{string::String, vec::Vec};
use postern_json::Value;

/// A text for the patient.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// As it stands in the form.
    pub text: String,
    /// The same in Markdown (`rendering-markdown`), for [`crate::markdown`], which draws nothing but text, lists and safe links.
    pub markdown: Option<String>,
    /// In other languages (`translation`).
    pub translations: Vec<Translation>,
}

/// A text in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// BCP 47.
    pub language: String,
    /// The text.
    pub text: String,
    /// It is Markdown.
    pub markdown: bool,
}

impl Words {
    /// A text without translations.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The plain text in this language: its translation, else that of the same language in another region, else the text itself.
    pub fn in_language(&self, language: &str) -> &str {
        self.translated(language, false).unwrap_or(&self.text)
    }

    /// The Markdown in this language, if the form has it.
    pub fn markdown_in(&self, language: &str) -> Option<&str> {
        match self.translated(language, true) {
            Some(markdown) => Some(markdown),
            // Markdown in the form's own language must not stand before plain words in the patient's.
            None if self.translated(language, false).is_some() => None,
            None => self.markdown.as_deref(),
        }
    }

    fn translated(&self, language: &str, markdown: bool) -> Option<&str> {
        let mut fitting = self.translations.iter().filter(|one| one.markdown == markdown);
        let exact = fitting.clone().find(|one| one.language.eq_ignore_ascii_case(language));
        let found = exact
            .or_else(|| fitting.find(|one| primary(&one.language).eq_ignore_ascii_case(primary(language))));
        found.map(|one| one.text.as_str())
    }

    /// Member `name` of an object, with what its `_name` sibling adds. `None` when it is absent or no text.
    pub(crate) fn read(object: &Value, name: &str) -> Option<Self> {
        let text = object.get(name)?.as_str()?;
        let mut words = Self::plain(text);
        let sibling = object.get(["_", name].concat().as_str());
        for one in sibling.map(extension::all).unwrap_or_default() {
            match extension::url_of(one) {
                url::TRANSLATION => words.translations.extend(translation(one, false)),
                url::MARKDOWN => {
                    words.markdown = one.get("valueMarkdown").and_then(Value::as_str).map(String::from);
                    let inner = one.get("_valueMarkdown").map(extension::all).unwrap_or_default();
                    let inner = inner.iter().filter(|one| extension::url_of(one) == url::TRANSLATION);
                    words.translations.extend(inner.filter_map(|one| translation(one, true)));
                }
                _ => {}
            }
        }
        Some(words)
    }
}

fn translation(extension: &Value, markdown: bool) -> Option<Translation> {
    let part = |name: &str, values: [&str; 2]| {
        let part = extension::find(extension, name)?;
        values.iter().find_map(|value| part.get(*value)?.as_str()).map(String::from)
    };
    Some(Translation {
        language: part("lang", ["valueCode", "valueString"])?,
        text: part("content", ["valueString", "valueMarkdown"])?,
        markdown,
    })
}

fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_json::json;

    fn translated(language: &str, text: &str) -> Value {
        json!({"url": url::TRANSLATION, "extension": [
            {"url": "lang", "valueCode": language}, {"url": "content", "valueString": text}]})
    }

    #[test]
    fn a_text_is_read_in_the_language_asked_for_or_in_its_own() {
        let item = json!({"text": "How are you?", "_text": {"extension": [
            translated("es", "¿Cómo está?"), translated("pt-BR", "Como você está?")]}});
        let words = Words::read(&item, "text").unwrap();
        assert_eq!(words.in_language("es-US"), "¿Cómo está?");
        assert_eq!(words.in_language("pt"), "Como você está?");
        assert_eq!(words.in_language("de"), "How are you?");
        assert_eq!(Words::read(&item, "prefix"), None);
    }

    #[test]
    fn markdown_in_another_language_does_not_stand_before_plain_words_in_the_right_one() {
        let item = json!({"text": "Stop smoking", "_text": {"extension": [
            {"url": url::MARKDOWN, "valueMarkdown": "**Stop** smoking"}, translated("es", "Deje de fumar")]}});
        let words = Words::read(&item, "text").unwrap();
        assert_eq!(words.markdown_in("en"), Some("**Stop** smoking"));
        assert_eq!(words.markdown_in("es"), None);
    }
}
