//! One journey: a clinic, the wire, a browser; afterwards a look for everything that must not be left.

use crate::browser::{Browser, Kind, Options};
use crate::clinic::{BIRTH_DATE, Clinic, PATIENT, Text, Visit};
use crate::page::Page;
use crate::wire::Wire;
use crate::{axe, traces};
use anyhow::{Context, Result, ensure};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Everything a journey happens in.
pub struct Journey {
    /// Portal and desk.
    pub clinic: Clinic,
    /// What the browser's requests go over.
    pub wire: Wire,
    /// The patient's browser.
    pub browser: Browser,
    options: Options,
    days: u32,
    secrets: Vec<String>,
    elsewhere: Vec<String>,
    folder: TempDir,
}

/// Runs one journey in one browser. Whatever page it ends on is audited, and nothing may be left behind.
pub async fn journey(
    name: &str,
    kind: Kind,
    options: Options,
    steps: impl AsyncFnOnce(&mut Journey) -> Result<()>,
) -> Result<()> {
    let mut journey = Journey::start(kind, options).await?;
    let told = match steps(&mut journey).await {
        Ok(()) => journey.left_nothing().await,
        failed => failed,
    };
    if told.is_err() {
        let folder = evidence_folder(name, kind)?;
        journey.keep_evidence(&folder).await;
        return told.with_context(|| format!("see {}", folder.display()));
    }
    journey.browser.quit().await
}

impl Journey {
    async fn start(kind: Kind, options: Options) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let clinic = Clinic::open(folder.path()).await?;
        let wire = Wire::to(&clinic.origin()).await?;
        let browser = Browser::start(kind, &options, &wire, folder.path()).await?;
        Ok(Self {
            clinic,
            wire,
            browser,
            options,
            days: 0,
            secrets: Vec::new(),
            elsewhere: Vec::new(),
            folder,
        })
    }

    /// The page that is open.
    pub fn page(&self) -> Page<'_> {
        Page::of(&self.browser)
    }

    /// The clinic sends the first patient a visit to answer.
    pub async fn visit_arrives(&mut self) -> Result<Text> {
        let text = self.clinic.send_visit(PATIENT, &Visit::default()).await?;
        self.keep_secret(&text)?;
        Ok(text)
    }

    /// The clinic sends the first patient a few words.
    pub async fn words_arrive(&mut self, subject: &str, words: &str) -> Result<Text> {
        let text = self.clinic.send_words(PATIENT, subject, words).await?;
        self.keep_secret(&text)?;
        Ok(text)
    }

    /// The clinic asks the first patient to pay elsewhere.
    pub async fn bill_arrives(&mut self, address: &str) -> Result<Text> {
        let text = self.clinic.send_bill(PATIENT, address).await?;
        self.keep_secret(&text)?;
        Ok(text)
    }

    /// The clinic asks the first patient for a consent.
    pub async fn consent_arrives(&mut self, kind: &str) -> Result<Text> {
        let text = self.clinic.send_consent(PATIENT, kind).await?;
        self.keep_secret(&text)?;
        Ok(text)
    }

    /// From now on this text's secret must be in nothing the browser sends.
    pub fn keep_secret(&mut self, text: &Text) -> Result<()> {
        self.secrets.push(text.secret()?.to_owned());
        Ok(())
    }

    /// From now on the browser may go to this host, `name:port`: the patient asked to be led there.
    pub fn may_go_to(&mut self, host: &str) {
        self.elsewhere.push(host.to_owned());
    }

    /// The patient taps the link.
    pub async fn tap(&self, text: &Text) -> Result<()> {
        self.page().open(text.link()?).await
    }

    /// Types a birth date and presses Continue.
    pub async fn give_birth_date(&self, (month, day, year): (&str, &str, &str)) -> Result<()> {
        let page = self.page();
        page.fill("Month", month).await?;
        page.fill("Day", day).await?;
        page.fill("Year", year).await?;
        page.press("Continue").await
    }

    /// Taps the link and gives the right birth date.
    pub async fn open_message(&self, text: &Text) -> Result<()> {
        self.tap(text).await?;
        self.page().heading("Open your message").await?;
        self.give_birth_date(BIRTH_DATE).await
    }

    /// Closes the browser and opens a fresh one, as on the next day.
    pub async fn next_day(&mut self) -> Result<()> {
        self.left_nothing().await?;
        // A folder a day: the browser of the day before still holds its own.
        self.days += 1;
        let folder = self.folder.path().join(format!("day-{}", self.days));
        let fresh = Browser::start(self.browser.kind, &self.options, &self.wire, &folder).await?;
        std::mem::replace(&mut self.browser, fresh).quit().await
    }

    /// What must hold at the end of every journey.
    pub async fn left_nothing(&self) -> Result<()> {
        traces::none_on_phone(&self.browser).await?;
        traces::none_on_wire(&self.wire, &self.secrets, &self.elsewhere)?;
        let errors = self.browser.console_errors().await?;
        // A lost connection is the wire's doing, in the browser's words and in the words of a script that waited for a file; what the
        // page makes of it, the journey says.
        const LOST: [&str; 2] = ["Failed to load resource", "TypeError: Failed to fetch"];
        let errors: Vec<String> =
            errors.into_iter().filter(|error| !LOST.iter().any(|lost| error.contains(lost))).collect();
        ensure!(errors.is_empty(), "the browser's console has errors: {errors:?}");
        axe::audit(&self.browser).await
    }

    /// Leaves a picture, the words of the page and the log of the wire.
    async fn keep_evidence(&self, folder: &Path) {
        let page = self.page();
        // A browser that no longer answers leaves less; the failure itself is told anyhow.
        let _ = page.picture(&folder.join("page.png")).await;
        let words = page.text().await.unwrap_or_default();
        let _ = std::fs::write(folder.join("page.txt"), words);
        let mut log = String::new();
        for exchange in self.wire.exchanges() {
            let status = exchange.status.map_or("no answer".to_owned(), |status| status.to_string());
            let _ = writeln!(
                log,
                "{} {} → {status}, {} bytes",
                exchange.method, exchange.url, exchange.body_bytes
            );
        }
        let _ = std::fs::write(folder.join("wire.txt"), log);
        for name in ["portal.log", "desk.log"] {
            let _ = std::fs::copy(self.folder.path().join(name), folder.join(name));
        }
    }
}

fn evidence_folder(name: &str, kind: Kind) -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("tests/ stands in the workspace")?
        .join("target");
    let folder = target.join("journeys").join(format!("{name}-{kind:?}"));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
