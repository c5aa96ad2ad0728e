//! Time passes: the page covers itself, and what was typed comes back.

use postern_journeys::clinic::{BIRTH_DATE, Visit};
use postern_journeys::{Journey, Kind, Options, Result, ensure, journey, traces};
use std::time::Duration;

journey! { five_idle_minutes_cover_the_page_and_what_was_typed_comes_back }

async fn five_idle_minutes_cover_the_page_and_what_was_typed_comes_back(kind: Kind) -> Result<()> {
    journey("idle", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        page.press("I cannot come").await?;
        page.fill("Anything you want to tell us? (You do not have to)", "Half a sent").await?;
        let looks_inside = kind == Kind::Chromium;
        if looks_inside {
            for words in [Visit::WORDS, "Half a sent"] {
                ensure!(
                    traces::in_memory(&journey.browser, words).await?,
                    "the search does not see {words:?}"
                );
            }
        }
        page.patient(Duration::from_secs(300)).heading("Are you still there?").await?;
        page.patient(Duration::from_secs(60)).heading("Open your message again").await?;
        let document = page.document().await?;
        ensure!(!document.contains("Half a sent"), "what was typed is still in the page");
        ensure!(!document.contains("Check-up"), "the visit is still in the page");
        if looks_inside {
            for words in [Visit::WORDS, "Half a sent"] {
                ensure!(!traces::in_memory(&journey.browser, words).await?, "{words:?} is still in memory");
            }
        }
        page.says("What you typed is kept.").await?;
        journey.give_birth_date(BIRTH_DATE).await?;
        page.heading("Cancel this visit?").await?;
        let note = page.field("Anything you want to tell us? (You do not have to)").await?;
        ensure!(note.value().await? == "Half a sent", "what was typed did not come back");
        Ok(())
    })
    .await
}
