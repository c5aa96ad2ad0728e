use super::{
    encoding::Compressed,
    fill::{NotAShell, Words, fill, keep_sections, style_source},
};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use postern_protocol::wire::link_open::PublicClinic;

/// Which page of the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageKind {
    /// `/m`: the birth-date form.
    BirthDate,
    /// `/`, and every address that leads nowhere.
    Bare,
}

impl PageKind {
    /// Every page.
    pub const ALL: [Self; 2] = [Self::BirthDate, Self::Bare];

    pub(super) fn section(self) -> &'static str {
        match self {
            Self::BirthDate => "m",
            Self::Bare => "bare",
        }
    }
}

/// A filled shell with the policy that fits it.
pub struct Page {
    content: Compressed,
    policy: HeaderValue,
    language: HeaderValue,
}

impl Page {
    /// Fills a shell.
    ///
    /// # Errors
    /// See [`NotAShell`].
    pub fn fill(
        shell: &str,
        kind: PageKind,
        clinic: &PublicClinic,
        language: &str,
        build: &str,
    ) -> Result<Self, NotAShell> {
        let section = keep_sections(shell, kind.section())?;
        let page = fill(&section, &Words { clinic, language, build })?;
        let policy = HeaderValue::from_str(&policy(&style_source(&page)?)).map_err(|_| NotAShell::Style)?;
        let content = Compressed::compress(page.into_bytes()).map_err(|_| NotAShell::Style)?;
        let language =
            HeaderValue::from_str(language).map_err(|_| NotAShell::Placeholder("language".to_owned()))?;
        Ok(Self { content, policy, language })
    }

    /// The page. Nothing of it is kept by browser or proxy.
    pub fn response(&self, headers: &HeaderMap) -> Response {
        let mut response = self.content.response(headers);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_LANGUAGE, self.language.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, accept-language"));
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        response
    }
}

/// The policy of a page: its own scripts, its own WebAssembly, its one inline style, its own API, and nothing else.
pub(super) fn policy(style: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' {style}; connect-src 'self'; \
         img-src 'self' data:; font-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}
