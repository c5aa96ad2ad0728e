//! The smallest phone still in use.

use postern_journeys::clinic::{BIRTH_DATE, Visit};
use postern_journeys::{Journey, Kind, Options, Page, Result, Role, Viewport, ensure, journey};

journey! { on_the_smallest_phone_nothing_is_cut_off_and_all_can_be_hit }

/// What a finger needs, in CSS pixels.
const TARGET: f64 = 48.0;

async fn on_the_smallest_phone_nothing_is_cut_off_and_all_can_be_hit(kind: Kind) -> Result<()> {
    let options = Options { viewport: Viewport::SMALL_PHONE, ..Options::default() };
    journey("smallest", kind, options, async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        fits(&page).await?;
        journey.give_birth_date(BIRTH_DATE).await?;
        page.says(Visit::WORDS).await?;
        fits(&page).await?;
        page.press("I need another time").await?;
        page.heading("Ask for another time").await?;
        fits(&page).await?;
        page.checkbox("Monday").await?.press().await?;
        page.press("Send my request").await?;
        page.heading("We received your answer").await?;
        fits(&page).await?;
        page.press("Choose which texts you get").await?;
        page.heading("Your texts from Elm Avenue Clinic").await?;
        for part in ["A pause from our texts", "Texts in another language", "A new phone number or e-mail"] {
            page.unfold(part).await?;
        }
        fits(&page).await
    })
    .await
}

async fn fits(page: &Page<'_>) -> Result<()> {
    let over = page
        .script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        .await?;
    ensure!(over == 0, "the page is {over} px too wide");
    for role in [Role::Button, Role::Field] {
        for element in page.all(role).await? {
            let (width, height) = element.size().await?;
            let name = element.name().await?;
            ensure!(width >= TARGET && height >= TARGET, "{name:?} is {width}×{height}");
        }
    }
    Ok(())
}
