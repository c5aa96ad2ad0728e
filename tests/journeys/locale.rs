//! The order in which a date is asked for is the phone's.

use postern_journeys::clinic::Visit;
use postern_journeys::{Context, Journey, Kind, Options, Page, Result, Role, ensure, journey};

journey! { a_british_phone_is_asked_for_the_day_first }

/// The order in which the browser itself writes a date in the page's language.
const ORDER: &str = "return new Intl.DateTimeFormat(document.documentElement.lang === 'en' ? 'en-US' : document.documentElement.lang)
    .formatToParts().map((part) => part.type).filter((type) => type !== 'literal')";

async fn a_british_phone_is_asked_for_the_day_first(kind: Kind) -> Result<()> {
    let options = Options { language: "en-GB".to_owned(), ..Options::default() };
    journey("british", kind, options, async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        let names = fields(&page).await?;
        // WebKitGTK speaks the languages that are installed on the machine; whichever that is, fields and dates agree.
        if kind != Kind::Webkit {
            ensure!(names == ["Day", "Month", "Year"]);
            journey.give_birth_date(("4", "13", "1980")).await?;
            page.says("13 April 1980").await?;
        }
        journey.give_birth_date(postern_journeys::clinic::BIRTH_DATE).await?;
        page.says(Visit::WORDS).await
    })
    .await?;
    journey("american", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        ensure!(fields(&page).await? == ["Month", "Day", "Year"]);
        Ok(())
    })
    .await
}

/// The names of the fields, which must stand as the browser itself would write a date.
async fn fields(page: &Page<'_>) -> Result<Vec<String>> {
    let names = page.names(Role::Field).await?;
    let order = page.script(ORDER).await?;
    let order: Vec<&str> =
        order.as_array().context("no order")?.iter().filter_map(|one| one.as_str()).collect();
    let same = names.iter().map(|name| name.to_lowercase()).eq(order.iter().copied());
    ensure!(same, "the fields stand as {names:?}, the browser writes {order:?}");
    Ok(names)
}
