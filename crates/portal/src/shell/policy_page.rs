//! The pages of the clinic's texts (terms, privacy notice, texting policy): the app's dress around a text, and no script.

use super::{
    document::Document,
    fill::{NotAShell, Words, escape, fill, style_source},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use postern_protocol::wire::{
    desk_policies::{PolicyLanguage, PolicyVersion},
    link_open::PublicClinic,
};

/// What a text is put into: the shell's style, head and foot, filled for a clinic in a language.
pub struct Frame {
    style: String,
    header: String,
    footer: String,
    clinic: String,
    /// The word before a version.
    version: String,
    policy: HeaderValue,
}

impl Frame {
    /// Takes it out of a shell.
    ///
    /// # Errors
    /// See [`NotAShell`].
    pub fn fill(shell: &str, clinic: &PublicClinic, language: &str, build: &str) -> Result<Self, NotAShell> {
        let words = Words { clinic, language, build };
        let part = |begin: &str, end: &str| {
            let found = shell.split_once(begin).and_then(|(_, rest)| rest.split_once(end));
            let (part, _) = found.ok_or_else(|| NotAShell::Section(begin.to_owned()))?;
            fill(part, &words)
        };
        let style = part("<style>", "</style>")?;
        let source = style_source(&format!("<style>{style}</style>"))?;
        Ok(Self {
            policy: HeaderValue::from_str(&policy(&source)).map_err(|_| NotAShell::Style)?,
            style,
            header: part("<header>", "</header>")?,
            footer: part("<footer>", "</footer>")?,
            version: part("<!-- when policy -->", "<!-- end policy -->")?.trim().to_owned(),
            clinic: escape(&clinic.name),
        })
    }

    /// The page of a text.
    pub fn page(&self, document: &Document, version: &PolicyVersion, language: &PolicyLanguage) -> Response {
        let Self { style, header, footer, clinic, version: word, policy } = self;
        let title = escape(&document.title);
        let body = &document.body;
        let page = format!(
            "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"referrer\" content=\"no-referrer\">\
             <meta name=\"format-detection\" content=\"telephone=no\"><title>{title} – {clinic}</title>\
             <link rel=\"icon\" href=\"data:,\"><style>{style}</style></head><body><header>{header}</header>\
             <main><article class=\"card flow\"><h1>{title}</h1><p class=\"quiet\">{word} {version}</p>{body}</article></main>\
             <footer>{footer}</footer></body></html>"
        );
        let mut response = page.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        if let Ok(language) = HeaderValue::from_str(language.as_str()) {
            headers.insert(header::CONTENT_LANGUAGE, language);
        }
        response
    }
}

/// Its one inline style, the empty icon, and nothing else: no script runs, nothing is asked.
fn policy(style: &str) -> String {
    format!(
        "default-src 'none'; style-src {style}; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}
