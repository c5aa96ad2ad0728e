//! Fills a shell: placeholders become the clinic's words, HTML-escaped; sections of other pages go.

use super::accent::Colour;
use base64ct::{Base64, Encoding};
use postern_protocol::{digest::sha256, wire::link_open::PublicClinic};

/// Why a shell cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAShell {
    /// It has a placeholder that nothing fills.
    #[error("nothing fills {{{{{0}}}}}")]
    Placeholder(String),
    /// A section is not ended.
    #[error("the section {0} is not ended")]
    Section(String),
    /// It does not have exactly one inline style.
    #[error("it must have exactly one <style>")]
    Style,
    /// The clinic's colour is not `#rrggbb`.
    #[error("the clinic's accent is not #rrggbb")]
    Accent,
}

/// What stands in the placeholders.
pub struct Words<'a> {
    /// The clinic.
    pub clinic: &'a PublicClinic,
    /// The shell's language.
    pub language: &'a str,
    /// The build's name.
    pub build: &'a str,
}

impl Words<'_> {
    fn of(&self, name: &str) -> Result<String, NotAShell> {
        let clinic = self.clinic;
        let accent = || Colour::parse(&clinic.accent).ok_or(NotAShell::Accent);
        Ok(match name {
            "clinic_name" => escape(&clinic.name),
            "clinic_phone" => escape(&clinic.phone),
            "clinic_phone_href" => escape(&format!("tel:{}", clinic.phone_e164)),
            "clinic_emergency" => escape(&clinic.emergency),
            "clinic_address" => escape(&clinic.address),
            "clinic_hours" => escape(&clinic.hours),
            "clinic_accent_light" => accent()?.on_light().to_text(),
            "clinic_accent_dark" => accent()?.on_dark().to_text(),
            "clinic_id" => escape(clinic.id.as_str()),
            "language" => escape(self.language),
            "build" => escape(self.build),
            other => return Err(NotAShell::Placeholder(other.to_owned())),
        })
    }
}

/// Fills every placeholder.
///
/// # Errors
/// [`NotAShell::Placeholder`], [`NotAShell::Accent`].
pub fn fill(shell: &str, words: &Words<'_>) -> Result<String, NotAShell> {
    let mut filled = String::with_capacity(shell.len() + 1024);
    let mut rest = shell;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or_else(|| NotAShell::Placeholder(String::new()))?;
        filled.push_str(before);
        filled.push_str(&words.of(name.trim())?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Keeps the section of `page` and removes those of all others.
///
/// # Errors
/// [`NotAShell::Section`].
pub fn keep_sections(shell: &str, page: &str) -> Result<String, NotAShell> {
    const OPEN: &str = "<!-- when ";
    let mut kept = String::with_capacity(shell.len());
    let mut rest = shell;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, after) = after.split_once(" -->").ok_or_else(|| NotAShell::Section(String::new()))?;
        let end = format!("<!-- end {name} -->");
        let (section, after) =
            after.split_once(end.as_str()).ok_or_else(|| NotAShell::Section(name.to_owned()))?;
        kept.push_str(before);
        if name == page {
            kept.push_str(section);
        }
        rest = after;
    }
    kept.push_str(rest);
    Ok(kept)
}

/// The CSP source of the one inline style: `'sha256-…'`.
///
/// # Errors
/// [`NotAShell::Style`].
pub fn style_source(page: &str) -> Result<String, NotAShell> {
    let mut parts = page.split("<style>");
    let (Some(_), Some(after), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NotAShell::Style);
    };
    let (style, _) = after.split_once("</style>").ok_or(NotAShell::Style)?;
    Ok(format!("'sha256-{}'", Base64::encode_string(&sha256(style.as_bytes()).0)))
}

/// As HTML text.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_protocol::id::ClinicId;

    fn clinic() -> PublicClinic {
        PublicClinic {
            id: ClinicId::new("oak").unwrap(),
            name: "Oak & <Sons> \"Clinic\"".to_owned(),
            phone: "(555) 010-0100".to_owned(),
            phone_e164: "+15550100100".to_owned(),
            emergency: "911".to_owned(),
            address: String::new(),
            hours: String::new(),
            accent: "#ffcc00".to_owned(),
        }
    }

    #[test]
    fn a_clinics_words_cannot_become_markup() {
        let clinic = clinic();
        let words = Words { clinic: &clinic, language: "en", build: "b" };
        assert_eq!(
            fill("<a href=\"{{clinic_phone_href}}\">{{clinic_name}}</a>", &words).unwrap(),
            "<a href=\"tel:+15550100100\">Oak &amp; &lt;Sons&gt; &quot;Clinic&quot;</a>"
        );
    }

    #[test]
    fn what_a_clinic_writes_is_not_filled_again() {
        let clinic = PublicClinic { name: "{{build}}".to_owned(), ..clinic() };
        let words = Words { clinic: &clinic, language: "en", build: "b" };
        assert_eq!(fill("{{clinic_name}}", &words).unwrap(), "{{build}}");
    }

    #[test]
    fn a_placeholder_that_nothing_fills_is_an_error() {
        let clinic = clinic();
        let words = Words { clinic: &clinic, language: "en", build: "b" };
        assert_eq!(fill("{{nothing}}", &words), Err(NotAShell::Placeholder("nothing".to_owned())));
    }

    #[test]
    fn a_colour_that_is_none_is_an_error() {
        let clinic = PublicClinic { accent: "url(x)".to_owned(), ..clinic() };
        let words = Words { clinic: &clinic, language: "en", build: "b" };
        assert_eq!(fill("{{clinic_accent_light}}", &words), Err(NotAShell::Accent));
    }

    #[test]
    fn only_the_section_of_its_page_stays() {
        let shell = "a<!-- when m -->M<!-- end m -->b<!-- when bare -->B<!-- end bare -->c";
        assert_eq!(keep_sections(shell, "m").unwrap(), "aMbc");
        assert_eq!(keep_sections(shell, "bare").unwrap(), "abBc");
        assert!(keep_sections("<!-- when m -->M", "m").is_err());
    }

    #[test]
    fn the_style_source_is_that_of_the_bytes_between_the_tags() {
        // printf 'p{}' | openssl dgst -sha256 -binary | base64
        let page = "<head><style>p{}</style></head>";
        assert_eq!(style_source(page).unwrap(), "'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='");
        assert_eq!(style_source("<head></head>"), Err(NotAShell::Style));
        assert_eq!(style_source("<style></style><style></style>"), Err(NotAShell::Style));
    }
}
