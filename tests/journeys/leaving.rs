//! Leaving the page in a hurry.

use postern_journeys::clinic::Visit;
use postern_journeys::wire::UNREAD;
use postern_journeys::{Journey, Kind, Options, Result, ensure, journey};
use std::time::Duration;
use tokio::time::sleep;

journey! { core the_quick_exit_leads_away_and_leaves_nothing_behind }

const HOST: &str = "www.weather.gov:443";

async fn the_quick_exit_leads_away_and_leaves_nothing_behind(kind: Kind) -> Result<()> {
    journey("quick-exit", kind, Options::default(), async |journey: &mut Journey| {
        let away = if kind == Kind::Webkit { UNREAD } else { HOST };
        journey.may_go_to(away);
        let text = journey.visit_arrives().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        const EXIT: &str = "Leave now (weather.gov)";
        ensure!(!page.text().await?.contains(EXIT), "nothing to hide, and yet a way out");
        journey.give_birth_date(postern_journeys::clinic::BIRTH_DATE).await?;
        page.says(Visit::WORDS).await?;
        page.press("I cannot come").await?;
        page.fill("Anything you want to tell us? (You do not have to)", "Half a sent").await?;
        page.button(EXIT).await?;
        // Pressed a moment later: a driver that waits for what its press leads to would meet the page of the error.
        let press = format!(
            "const all = [...document.querySelectorAll('button')];
            setTimeout(() => all.find((one) => one.textContent === '{EXIT}').click(), 100)"
        );
        page.script(&press).await?;
        // The wire lets nothing through to that host: the browser then shows a page of its own that says so.
        for _ in 0..100 {
            if journey.wire.exchanges().iter().any(|one| one.url == away) {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        ensure!(journey.wire.exchanges().iter().any(|one| one.url == away), "it leads nowhere");
        ensure!(journey.wire.count("session/end") == 1, "the session still stands");
        ensure!(!page.document().await?.contains(Visit::WORDS), "the message is still in the page");

        // What Back leads to is not the message, and the bare address remembers no link.
        // (Firefox calls going back from a page of its own an error.)
        let _ = journey.browser.driver().back().await;
        ensure!(!page.document().await?.contains(Visit::WORDS), "Back leads to the message");
        page.open(&format!("http://{}/m", journey.clinic.origin())).await?;
        page.heading("Tap the link in our text again").await.map(drop)
    })
    .await
}
