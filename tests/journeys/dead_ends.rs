//! Every dead end has a way out.

use postern_journeys::clinic::{BIRTH_DATE, Visit};
use postern_journeys::{Journey, Kind, Options, Page, Result, Role, ensure, journey, traces};
use std::time::Duration;

journey! { core a_link_that_was_cut_off_asks_for_the_text_and_takes_it }
journey! { core a_link_that_has_ended_says_so_and_gives_the_number }
journey! { core a_message_taken_back_while_it_is_open_leaves_the_screen }
journey! { core ten_wrong_dates_lock_the_link }
journey! { the_bare_address_says_whose_it_is }
journey! { a_link_that_never_was_is_too_old }

const DAY: Duration = Duration::from_secs(86_400);

async fn a_link_that_was_cut_off_asks_for_the_text_and_takes_it(kind: Kind) -> Result<()> {
    journey("cut-off", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        let link = text.link()?;
        let page = journey.page();
        page.open(&link[..link.len() - 3]).await?;
        page.heading("Your link looks cut off").await?;
        ensure!(journey.wire.count("/api/") == 0, "a link that cannot be right was asked for");
        has_the_number(&page).await?;
        page.press("Open my message").await?;
        page.says("Paste the text or the link").await?;
        page.fill("Our text, or the link in it", &text.words).await?;
        page.press("Open my message").await?;
        page.heading("Open your message").await?;
        journey.give_birth_date(BIRTH_DATE).await?;
        page.says(Visit::WORDS).await
    })
    .await
}

async fn a_link_that_has_ended_says_so_and_gives_the_number(kind: Kind) -> Result<()> {
    journey("expired", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.clinic.stop_portal().await?;
        journey.clinic.start_portal(Some(8 * DAY)).await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("This link has ended").await?;
        has_the_number(&page).await?;
        ensure!(page.now(Role::Button, "Continue").await?.is_none(), "an ended link still asks for a date");
        Ok(())
    })
    .await
}

async fn a_message_taken_back_while_it_is_open_leaves_the_screen(kind: Kind) -> Result<()> {
    journey("recalled", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        let looks_inside = kind == Kind::Chromium;
        if looks_inside {
            ensure!(
                traces::in_memory(&journey.browser, Visit::WORDS).await?,
                "the search does not see an open message"
            );
        }
        journey.clinic.recall(&text).await?;
        page.heading("The clinic took this message back").await?;
        if looks_inside {
            ensure!(
                !traces::in_memory(&journey.browser, Visit::WORDS).await?,
                "the message is still in memory"
            );
        }
        ensure!(!page.document().await?.contains(Visit::WORDS), "the message is still in the page");
        has_the_number(&page).await?;

        journey.next_day().await?;
        journey.tap(&text).await?;
        journey.page().heading("The clinic took this message back").await?;
        ensure!(journey.wire.count("verify/start") == 1, "a recalled link was asked for more");
        Ok(())
    })
    .await
}

async fn ten_wrong_dates_lock_the_link(kind: Kind) -> Result<()> {
    journey("locked", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        for left in (1..10).rev() {
            let day = left.to_string();
            journey.give_birth_date(("1", &day, "1970")).await?;
            let times = if left == 1 { "time" } else { "times" };
            page.says(&format!("You can try {left} more {times}.")).await?;
        }
        journey.give_birth_date(("1", "20", "1970")).await?;
        page.heading("This link is locked").await?;
        has_the_number(&page).await?;

        journey.next_day().await?;
        journey.tap(&text).await?;
        journey.page().heading("This link is locked").await?;
        ensure!(journey.wire.count("verify/finish") == 0, "a wrong date was sent on");
        Ok(())
    })
    .await
}

async fn the_bare_address_says_whose_it_is(kind: Kind) -> Result<()> {
    journey("bare", kind, Options::default(), async |journey: &mut Journey| {
        let page = journey.page();
        page.open(&format!("http://{}/", journey.clinic.origin())).await?;
        page.heading("Tap the link in our text").await?;
        page.says("Elm Avenue Clinic").await?;
        has_the_number(&page).await?;
        let text = journey.clinic.send_visit("patient-1", &Visit::default()).await?;
        page.fill("Our text, or the link in it", text.secret()?).await?;
        page.press("Open my message").await?;
        page.heading("Open your message").await.map(drop)
    })
    .await
}

async fn a_link_that_never_was_is_too_old(kind: Kind) -> Result<()> {
    journey("unknown", kind, Options::default(), async |journey: &mut Journey| {
        let page = journey.page();
        page.open(&format!("http://{}/m#112drXXUifSrRnXLGbXg8E", journey.clinic.origin())).await?;
        page.heading("This link is too old").await?;
        has_the_number(&page).await
    })
    .await
}

async fn has_the_number(page: &Page<'_>) -> Result<()> {
    for link in page.all(Role::Link).await? {
        if link.leads_to().await?.starts_with("tel:+12025550190") {
            return Ok(());
        }
    }
    postern_journeys::bail!("the clinic's number cannot be called from here")
}

journey! { core without_webassembly_the_page_says_so_and_gives_the_number }

async fn without_webassembly_the_page_says_so_and_gives_the_number(kind: Kind) -> Result<()> {
    let options = Options { web_assembly: false, ..Options::default() };
    journey("no-webassembly", kind, options, async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Your browser cannot open the message").await?;
        has_the_number(&page).await?;
        ensure!(journey.wire.count("/api/") == 0, "something was asked all the same");
        Ok(())
    })
    .await
}
