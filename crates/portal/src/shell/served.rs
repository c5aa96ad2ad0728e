//! The other direction of filling: whether a page that a portal serves is this build's shell with some clinic's words in it and
//! nothing else. A clinic's words are text: a served page that holds markup, a script or an address where a placeholder stood is
//! not this shell.

use super::{
    AppFilesError, asset, build_name,
    fill::{keep_sections, style_source},
    page::{PageKind, policy},
    read_shells,
};
use std::{
    collections::BTreeMap,
    io::{self, Read},
    path::Path,
};

/// A built app, to compare with what is served.
pub struct BuiltApp {
    shells: BTreeMap<String, String>,
    assets: Vec<String>,
    build: String,
}

/// A page of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltPage {
    /// Its path.
    pub path: &'static str,
    /// Its language.
    pub language: String,
    kind: PageKind,
}

/// Why a served page is not the built one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotServed {
    /// The build's own shell cannot be used.
    #[error("the build's shell cannot be read")]
    Shell,
    /// Other bytes than the shell's.
    #[error("it differs from the published shell after: {0}")]
    Differs(String),
    /// Something else than plain words stands in a placeholder.
    #[error("what stands for {0} is not what a portal fills in there")]
    Filling(String),
    /// The policy is not the one that belongs to the page.
    #[error("its Content-Security-Policy is not the one this page is served with")]
    Policy,
}

impl BuiltApp {
    /// Reads the `app` folder.
    ///
    /// # Errors
    /// It is no built app.
    pub fn read(folder: &Path) -> Result<Self, AppFilesError> {
        let assets = asset::read_all(&folder.join("assets"))?;
        let shells = read_shells(folder)?;
        if shells.is_empty() {
            return Err(AppFilesError::NoShell);
        }
        let build = build_name(&assets, &shells);
        Ok(Self { shells, assets: assets.into_keys().collect(), build })
    }

    /// Names of the files under `/assets/`.
    pub fn assets(&self) -> &[String] {
        &self.assets
    }

    /// Names the build.
    pub fn build(&self) -> &str {
        &self.build
    }

    /// Every page in every language.
    pub fn pages(&self) -> Vec<BuiltPage> {
        let kinds = [(PageKind::Bare, "/"), (PageKind::BirthDate, "/m")];
        let of = |language: &String| {
            kinds.map(|(kind, path)| BuiltPage { path, language: language.clone(), kind })
        };
        self.shells.keys().flat_map(of).collect()
    }

    /// Holds a served page against the shell. Gives the words that stand in it.
    ///
    /// # Errors
    /// See [`NotServed`].
    pub fn compare(
        &self,
        page: &BuiltPage,
        served: &str,
        served_policy: &str,
    ) -> Result<BTreeMap<String, String>, NotServed> {
        let shell = self.shells.get(&page.language).ok_or(NotServed::Shell)?;
        let shell = keep_sections(shell, page.kind.section()).map_err(|_| NotServed::Shell)?;
        let known = BTreeMap::from([
            ("language".to_owned(), page.language.clone()),
            ("build".to_owned(), self.build.clone()),
        ]);
        let words = take_words(&shell, served, known)?;
        let style = style_source(served).map_err(|_| NotServed::Policy)?;
        if served_policy == policy(&style) { Ok(words) } else { Err(NotServed::Policy) }
    }
}

/// Walks along the shell and takes out what stands in its placeholders; the same one holds the same each time.
fn take_words(
    shell: &str,
    served: &str,
    mut known: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, NotServed> {
    let mut parts = shell.split("{{");
    let differs = |literal: &str| {
        let start: String = literal.chars().take(40).collect();
        NotServed::Differs(start.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let first = parts.next().unwrap_or_default();
    let mut rest = served.strip_prefix(first).ok_or_else(|| common_start(first, served))?;
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (name, literal) = part.split_once("}}").ok_or(NotServed::Shell)?;
        let name = name.trim().to_owned();
        let filling = match known.get(&name) {
            Some(filling) => filling.clone(),
            None if literal.is_empty() && parts.peek().is_some() => return Err(NotServed::Shell),
            None if literal.is_empty() => rest.to_owned(),
            None => rest.split_once(literal).ok_or_else(|| differs(literal))?.0.to_owned(),
        };
        if !may_stand(&name, &filling) {
            return Err(NotServed::Filling(name));
        }
        let after = rest.strip_prefix(filling.as_str()).ok_or_else(|| NotServed::Filling(name.clone()))?;
        rest = after.strip_prefix(literal).ok_or_else(|| common_start(literal, after))?;
        known.insert(name, filling);
    }
    if rest.is_empty() { Ok(known) } else { Err(differs(rest)) }
}

/// The last words that both have.
fn common_start(literal: &str, served: &str) -> NotServed {
    let same: String = literal
        .chars()
        .zip(served.chars())
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one)
        .collect();
    let skip = same.chars().count().saturating_sub(60);
    NotServed::Differs(
        same.chars().skip(skip).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "),
    )
}

/// What a portal can have filled in.
fn may_stand(name: &str, filling: &str) -> bool {
    match name {
        "clinic_phone_href" => filling.strip_prefix("tel:+").is_some_and(|digits| {
            (4..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        }),
        "clinic_accent_light" | "clinic_accent_dark" => filling
            .strip_prefix('#')
            .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())),
        _ => is_escaped_text(filling),
    }
}

/// Text as the portal escapes it: no markup and no half entity.
fn is_escaped_text(filling: &str) -> bool {
    let mut rest = filling;
    while let Some((before, after)) = rest.split_once('&') {
        if before.contains(['<', '>', '"', '\'']) {
            return false;
        }
        let entity =
            ["amp;", "lt;", "gt;", "quot;", "#39;"].into_iter().find_map(|one| after.strip_prefix(one));
        let Some(after) = entity else { return false };
        rest = after;
    }
    !rest.contains(['<', '>', '"', '\''])
}

/// A body as it was before it was encoded.
///
/// # Errors
/// It is not in this encoding, or the encoding is unknown.
pub fn decode(encoding: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut decoded = Vec::new();
    match encoding {
        "" | "identity" => decoded.extend_from_slice(body),
        "br" => brotli::BrotliDecompress(&mut &*body, &mut decoded)?,
        "gzip" => {
            flate2::read::GzDecoder::new(body).read_to_end(&mut decoded)?;
        }
        _ => return Err(io::ErrorKind::Unsupported.into()),
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: &str = "<html lang=\"{{language}}\"><style>p{color:{{clinic_accent_light}}}</style>\
        <!-- when m --><form>{{clinic_name}}</form><!-- end m --><a href=\"{{clinic_phone_href}}\">{{clinic_phone}}</a>\
        <b>{{clinic_name}}</b>{{clinic_hours}}<i>{{build}}</i></html>";

    fn built() -> BuiltApp {
        let shells = BTreeMap::from([("en".to_owned(), SHELL.to_owned())]);
        BuiltApp { shells, assets: Vec::new(), build: "abc".to_owned() }
    }

    fn filled() -> String {
        let pairs = [
            ("{{language}}", "en"),
            ("{{clinic_accent_light}}", "#1d5c4d"),
            ("{{clinic_name}}", "Oak &amp; Sons"),
            ("{{clinic_phone_href}}", "tel:+12025550143"),
            ("{{clinic_phone}}", "(202) 555-0143"),
            ("{{clinic_hours}}", ""),
            ("{{build}}", "abc"),
        ];
        let shell = keep_sections(SHELL, "m").unwrap();
        pairs.iter().fold(shell, |page, (name, words)| page.replace(name, words))
    }

    fn compare(served: &str) -> Result<BTreeMap<String, String>, NotServed> {
        let app = built();
        let page = app.pages().into_iter().find(|page| page.path == "/m").unwrap();
        let policy = style_source(served).map(|style| policy(&style)).unwrap_or_default();
        app.compare(&page, served, &policy)
    }

    #[test]
    fn a_filled_shell_is_this_build_whatever_the_clinics_words() {
        let words = compare(&filled()).unwrap();
        assert_eq!((words["clinic_name"].as_str(), words["clinic_hours"].as_str()), ("Oak &amp; Sons", ""));
    }

    #[test]
    fn whatever_else_stands_there_is_found() {
        let page = filled();
        let changes = [
            ("</html>", "<script src=x></script></html>"),
            ("</html>", "</html> "),
            ("<form>", "<form action=\"https://other.example\">"),
            ("Oak &amp; Sons</form>", "<img src=x></form>"),
            ("<b>Oak &amp; Sons", "<b>Elm"),
            ("tel:+12025550143", "javascript:alert(1)"),
            ("#1d5c4d", "red;background:url(//other.example)"),
            ("(202) 555-0143", "(202) 555-0143&lt"),
            ("<i>abc", "<i>abd"),
            ("lang=\"en\"", "lang=\"es\""),
        ];
        for (from, to) in changes {
            assert!(page.contains(from), "{from}");
            assert!(compare(&page.replacen(from, to, 1)).is_err(), "{to}");
        }
    }

    #[test]
    fn a_weaker_policy_is_found() {
        let app = built();
        let page = app.pages().into_iter().find(|page| page.path == "/m").unwrap();
        let whole = policy(&style_source(&filled()).unwrap());
        assert!(app.compare(&page, &filled(), &whole).is_ok());
        let weaker = whole.replace("script-src 'self'", "script-src 'self' https:");
        assert_eq!(app.compare(&page, &filled(), &weaker), Err(NotServed::Policy));
        assert_eq!(app.compare(&page, &filled(), ""), Err(NotServed::Policy));
    }
}
