//! Pictures of the real screens in three sizes, light and dark, into docs/screens/.

use postern_journeys::clinic::{BIRTH_DATE, Visit};
use postern_journeys::{Context, Journey, Kind, Options, Result, Viewport, journey};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::sleep;

/// How long a page takes to fade in.
const SETTLED: Duration = Duration::from_millis(700);

#[tokio::main]
async fn main() -> Result<()> {
    for viewport in [Viewport::PHONE, Viewport::SMALL_PHONE, Viewport::LAPTOP] {
        let options = Options { viewport, ..Options::default() };
        let name = format!("screens-{}", viewport.width);
        journey(&name, Kind::Chromium, options, async |journey: &mut Journey| take(journey, viewport).await)
            .await?;
    }
    Ok(())
}

async fn take(journey: &mut Journey, viewport: Viewport) -> Result<()> {
    let text = journey.visit_arrives().await?;
    journey.tap(&text).await?;
    let page = journey.page();
    page.heading("Open your message").await?;
    picture(journey, viewport, "door").await?;
    journey.give_birth_date(("4", "13", "1980")).await?;
    page.says("You can try 9 more times.").await?;
    picture(journey, viewport, "wrong-date").await?;
    journey.give_birth_date(BIRTH_DATE).await?;
    page.says(Visit::WORDS).await?;
    picture(journey, viewport, "message").await?;
    page.press("Yes, I will come").await?;
    page.heading("We received your answer").await?;
    picture(journey, viewport, "receipt").await?;
    let text = journey.consent_arrives("marketing").await?;
    journey.open_message(&text).await?;
    let page = journey.page();
    page.heading("May we text you offers?").await?;
    picture(journey, viewport, "consent").await?;
    picture_of(journey, viewport, "consent-choice", "document.querySelector('fieldset').scrollIntoView()")
        .await?;
    page.checkbox("Offers and news").await?.press().await?;
    page.press("I agree").await?;
    page.says("Type your full name to sign").await?;
    picture(journey, viewport, "consent-not-signed").await?;
    page.press("Not now, show me my message").await?;
    page.says("You have not chosen yet.").await?;
    picture(journey, viewport, "consent-not-now").await
}

async fn picture(journey: &Journey, viewport: Viewport, name: &str) -> Result<()> {
    picture_of(journey, viewport, name, "scrollTo(0, 0)").await
}

async fn picture_of(journey: &Journey, viewport: Viewport, name: &str, scroll: &str) -> Result<()> {
    let folder = folder()?;
    for scheme in ["light", "dark"] {
        journey.browser.prefer_colors(scheme).await?;
        journey.page().script(&format!("document.activeElement?.blur(); {scroll}")).await?;
        let file = format!("{name}-{}x{}-{scheme}.png", viewport.width, viewport.height);
        sleep(SETTLED).await;
        journey.page().picture(&folder.join(&file)).await?;
        println!("docs/screens/{file}");
    }
    Ok(())
}

fn folder() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("tests/ stands in the workspace")?;
    let folder = root.join("docs/screens");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
