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
    picture(journey, viewport, "receipt").await
}

async fn picture(journey: &Journey, viewport: Viewport, name: &str) -> Result<()> {
    let folder = folder()?;
    for scheme in ["light", "dark"] {
        journey.browser.prefer_colors(scheme).await?;
        journey.page().script("document.activeElement?.blur(); scrollTo(0, 0)").await?;
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
