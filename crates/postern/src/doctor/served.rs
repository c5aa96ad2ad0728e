//! `doctor --served`: whether a portal serves exactly the published files. The folder is held against its own list of hashes first,
//! then every file under /assets/ in each encoding byte for byte, then each page against the shell, which a portal fills with the
//! clinic's words: those are shown, for a person to compare.

use super::Findings;
use crate::failure::{Failure, in_words};
use postern_portal::{BuiltApp, BuiltPage, decode};
use postern_protocol::digest::sha256;
use reqwest::{Client, Response, header, redirect};
use std::{collections::BTreeMap, fmt::Write, fs, path::Path, time::Duration};

const LIST: &str = "SHA256SUMS";
const PATIENCE: Duration = Duration::from_secs(30);
const ENCODINGS: [(&str, &str); 3] = [("identity", ""), ("br", ".br"), ("gzip", ".gz")];

/// What came back.
struct Got {
    status: u16,
    encoding: String,
    policy: String,
    body: Vec<u8>,
}

/// Compares.
///
/// # Errors
/// The folder is no published build.
pub async fn look(origin: &str, dist: &Path, findings: &mut Findings) -> Result<(), Failure> {
    let hashes = read_list(dist)?;
    let before = findings.fails();
    look_at_files(dist, &hashes, findings);
    let app = BuiltApp::read(&dist.join("app"))?;
    if findings.fails() > before {
        // What is not the published build cannot vouch for anything.
        return Ok(());
    }
    let client = client()?;
    let origin = origin.trim_end_matches('/');
    let mut differing = Differing::default();
    for name in app.assets() {
        look_at_asset(&client, origin, name, &hashes, &mut differing).await;
    }
    let mut words = BTreeMap::new();
    for page in app.pages() {
        words.extend(look_at_page(&client, origin, &app, &page, &mut differing).await);
    }
    if differing.by_reason.is_empty() {
        let word = |name: &str| words.get(name).map_or("?", String::as_str);
        findings.good(
            "served",
            format!(
                "{origin} serves build {}: {} files and {} pages are the published ones, filled for {}, telephone {}",
                app.build(),
                app.assets().len(),
                app.pages().len(),
                word("clinic_name"),
                word("clinic_phone_href"),
            ),
        );
    }
    differing.tell(findings);
    Ok(())
}

/// What is served otherwise than published, by what is odd about it and by place: a portal that is away, or serves no clinic at
/// this host, is one finding and not one a file.
#[derive(Default)]
struct Differing {
    by_reason: BTreeMap<String, BTreeMap<String, Vec<&'static str>>>,
}

impl Differing {
    fn note(&mut self, what: String, place: String, encoding: &'static str) {
        self.by_reason.entry(what).or_default().entry(place).or_default().push(encoding);
    }

    fn tell(self, findings: &mut Findings) {
        for (what, places) in self.by_reason {
            let all = places.len();
            let named = places.into_iter().take(NAMED).map(|(place, encodings)| match encodings.len() {
                one if one < ENCODINGS.len() => format!("{place} (as {})", encodings.join(", ")),
                _ => place,
            });
            let named = named.collect::<Vec<_>>().join(", ");
            let rest = all.saturating_sub(NAMED);
            let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            findings.fail("served-file", format!("{named}{more}: {what}"), REMEDY);
        }
    }
}

/// So many files of one finding are named.
const NAMED: usize = 3;

/// Hash by path, as `sha256sum` writes them.
fn read_list(dist: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let path = dist.join(LIST);
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::failed(format!(
            "cannot read {}: {error}; name the unpacked archive with --dist",
            path.display()
        ))
    })?;
    let line = |line: &str| line.split_once("  ").map(|(hash, path)| (path.to_owned(), hash.to_owned()));
    let hashes: Option<BTreeMap<_, _>> = text.lines().map(line).collect();
    hashes.ok_or_else(|| Failure::failed(format!("{} is no list of sha256sum", path.display())))
}

fn hash(bytes: &[u8]) -> String {
    sha256(bytes).0.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn look_at_files(dist: &Path, hashes: &BTreeMap<String, String>, findings: &mut Findings) {
    let remedy = "Unpack the published archive again, and compare its own hash with the published one.";
    let listed: Vec<(&String, &String)> =
        hashes.iter().filter(|(path, _)| path.starts_with("app/")).collect();
    if listed.is_empty() {
        return findings.fail("published-files", format!("{LIST} names no file of the app"), remedy);
    }
    for (path, expected) in listed {
        match fs::read(dist.join(path)) {
            Ok(bytes) if hash(&bytes) == *expected => {}
            Ok(_) => {
                findings.fail("published-files", format!("{path} is not the one that {LIST} names"), remedy)
            }
            Err(error) => findings.fail("published-files", format!("{path}: {error}"), remedy),
        }
    }
}

fn client() -> Result<Client, Failure> {
    // Whoever came first has installed one already; which of them does not matter here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).build()?)
}

async fn get(client: &Client, url: &str, encoding: &str, language: &str) -> Result<Got, reqwest::Error> {
    let response: Response = client
        .get(url)
        .header(header::ACCEPT_ENCODING, encoding)
        .header(header::ACCEPT_LANGUAGE, language)
        .send()
        .await?;
    let header = |name: header::HeaderName| {
        let value = response.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (encoding, policy) = (header(header::CONTENT_ENCODING), header(header::CONTENT_SECURITY_POLICY));
    let status = response.status().as_u16();
    Ok(Got { status, encoding, policy, body: response.bytes().await?.to_vec() })
}

async fn look_at_asset(
    client: &Client,
    origin: &str,
    name: &str,
    hashes: &BTreeMap<String, String>,
    differing: &mut Differing,
) {
    let url = format!("{origin}/assets/{name}");
    for (encoding, end) in ENCODINGS {
        // Where nothing smaller was built, the file itself is served.
        let compressed = format!("app/assets/{name}{end}");
        let expected = hashes.get(&compressed).or_else(|| hashes.get(&format!("app/assets/{name}")));
        let got = get(client, &url, encoding, "en").await;
        let same = got.as_ref().is_ok_and(|got| got.status == 200 && expected == Some(&hash(&got.body)));
        if !same {
            let what = match got {
                Err(error) => in_words(&error.without_url()),
                Ok(got) if got.status != 200 => format!("status {}", got.status),
                Ok(_) => "other bytes than the published ones".to_owned(),
            };
            differing.note(what, format!("/assets/{name}"), encoding);
        }
    }
}

async fn look_at_page(
    client: &Client,
    origin: &str,
    app: &BuiltApp,
    page: &BuiltPage,
    differing: &mut Differing,
) -> BTreeMap<String, String> {
    let mut words = BTreeMap::new();
    let url = format!("{origin}{}", page.path);
    for (encoding, _) in ENCODINGS {
        let compared = match get(client, &url, encoding, &page.language).await {
            Err(error) => Err(in_words(&error.without_url())),
            Ok(got) if got.status != 200 => Err(format!("status {}", got.status)),
            Ok(got) => match decode(&got.encoding, &got.body).map(String::from_utf8) {
                Ok(Ok(html)) => app.compare(page, &html, &got.policy).map_err(|error| in_words(&error)),
                _ => Err("its encoding cannot be read".to_owned()),
            },
        };
        match compared {
            Ok(found) => words.extend(found),
            Err(what) => differing.note(what, format!("{} ({})", page.path, page.language), encoding),
        }
    }
    words
}

const REMEDY: &str = "This portal does not serve the published build: another version, something in front that changes answers, or \
    somebody else's page. Nobody should type a birth date there until it is explained.";
