//! Pictures of the real screens in three sizes, light and dark: the main ones into docs/screens/, all others into target/screens/, to be
//! looked at.

use postern_journeys::clinic::{BIRTH_DATE, CHILDREN, HELPERS_BIRTH_DATE, Visit};
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
    replies(journey, viewport).await?;
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
    picture_of(
        journey,
        viewport,
        "consent-choice",
        "document.querySelector('#app fieldset').scrollIntoView()",
    )
    .await?;
    page.checkbox("Offers and news").await?.press().await?;
    page.press("I agree").await?;
    page.says("Type your full name to sign").await?;
    picture(journey, viewport, "consent-not-signed").await?;
    page.press("Not now, show me my message").await?;
    page.says("You have not chosen yet.").await?;
    picture(journey, viewport, "consent-not-now").await?;
    consent_for_care(journey, viewport).await?;
    preferences(journey, viewport).await?;
    elsewhere(journey, viewport).await?;
    family(journey, viewport).await
}

/// A page elsewhere, and the clinic's own texts.
async fn elsewhere(journey: &mut Journey, viewport: Viewport) -> Result<()> {
    journey.may_go_to("pay.elm.example:443");
    let text = journey.bill_arrives("https://pay.elm.example/bill?n=7").await?;
    journey.open_message(&text).await?;
    let page = journey.page();
    let link = page.link("Pay at pay.elm.example").await?;
    picture(journey, viewport, "action").await?;
    let driver = journey.browser.driver();
    let own = driver.window().await?;
    link.press().await?;
    page.says("You opened this page").await?;
    picture(journey, viewport, "action-opened").await?;
    for other in driver.windows().await?.into_iter().filter(|one| *one != own) {
        driver.switch_to_window(other).await?;
        driver.close_window().await?;
    }
    driver.switch_to_window(own).await?;
    page.open(&format!("http://{}/policy/texting", journey.clinic.origin())).await?;
    page.heading("How we send texts").await?;
    picture(journey, viewport, "policy").await
}

async fn family(journey: &mut Journey, viewport: Viewport) -> Result<()> {
    journey.clinic.family_comes().await?;
    let text = journey.clinic.send_to_mother(&CHILDREN).await?;
    journey.tap(&text).await?;
    let page = journey.page();
    page.heading("Open your message").await?;
    journey.give_birth_date(HELPERS_BIRTH_DATE).await?;
    page.heading("Whose message would you like to read?").await?;
    picture(journey, viewport, "whose").await?;
    page.press("A. E., born on day 29 of the month").await?;
    page.says(Visit::WORDS).await?;
    picture(journey, viewport, "whose-message").await?;
    picture_of(journey, viewport, "whose-answer", "document.querySelector('.answering').scrollIntoView()")
        .await?;
    page.press("I cannot come").await?;
    page.heading("Cancel this visit?").await?;
    picture(journey, viewport, "whose-cancel").await?;
    page.press("Yes, cancel my visit").await?;
    page.heading("We received your answer").await?;
    picture(journey, viewport, "whose-receipt").await
}

async fn consent_for_care(journey: &mut Journey, viewport: Viewport) -> Result<()> {
    let text = journey.consent_arrives("care-texts").await?;
    journey.open_message(&text).await?;
    let page = journey.page();
    page.heading("May we text you about your care?").await?;
    picture(journey, viewport, "consent-care").await?;
    picture_of(
        journey,
        viewport,
        "consent-care-links",
        "document.querySelector('#app a[href*=policy]').scrollIntoView()",
    )
    .await?;
    picture_of(
        journey,
        viewport,
        "consent-care-choice",
        "document.querySelector('#app fieldset').scrollIntoView()",
    )
    .await?;
    page.checkbox("Questions about how it was").await?.press().await?;
    page.press("I agree").await?;
    page.heading("We received your answer").await?;
    picture(journey, viewport, "consent-receipt").await?;
    page.press("Back to the message").await?;
    page.heading("You agreed").await?;
    picture(journey, viewport, "consent-card").await?;
    page.press("Take this back").await?;
    page.heading("Take back your agreement?").await?;
    picture(journey, viewport, "consent-take-back").await
}

async fn preferences(journey: &mut Journey, viewport: Viewport) -> Result<()> {
    let page = journey.page();
    picture_of(journey, viewport, "texts-way", "document.querySelector('.under').scrollIntoView()").await?;
    page.press("Choose which texts you get").await?;
    page.heading("Your texts from Elm Avenue Clinic").await?;
    picture(journey, viewport, "texts").await?;
    picture_of(journey, viewport, "texts-choice", "document.querySelector('#app fieldset').scrollIntoView()")
        .await?;
    for part in ["A pause from our texts", "Texts in another language", "A new phone number or e-mail"] {
        page.unfold(part).await?;
    }
    for (name, part) in [("texts-pause", 0), ("texts-language", 1), ("texts-contact", 2)] {
        let scroll = format!("document.querySelectorAll('.card details')[{part}].scrollIntoView()");
        picture_of(journey, viewport, name, &scroll).await?;
    }
    page.press("Send it to the clinic").await?;
    page.says("Type your new number or your new e-mail address").await?;
    picture(journey, viewport, "texts-problem").await?;
    page.checkbox("Forms for a visit").await?.press().await?;
    page.press("Save my choice").await?;
    page.heading("We received your answer").await?;
    picture(journey, viewport, "texts-receipt").await
}

async fn replies(journey: &mut Journey, viewport: Viewport) -> Result<()> {
    const WAY: &str = "[...document.querySelectorAll('#app .card')].at(-1).scrollIntoView()";
    const NOTICE: &str = "document.querySelector('#app .notice').scrollIntoView()";
    let text =
        journey.words_arrive("Your medicine", "Please take **one** in the morning, for ten days.").await?;
    journey.open_message(&text).await?;
    let page = journey.page();
    page.says("Questions about this?").await?;
    picture(journey, viewport, "reply-message").await?;
    picture_of(journey, viewport, "reply-way", WAY).await?;
    page.press("Write to us").await?;
    page.heading("Write to us").await?;
    picture(journey, viewport, "reply").await?;
    picture_of(journey, viewport, "reply-field", NOTICE).await?;
    page.press("Send to the clinic").await?;
    page.says("Write your message first").await?;
    picture(journey, viewport, "reply-problem").await?;
    page.fill("Your message to us", "May I take it with food?").await?;
    page.press("Send to the clinic").await?;
    page.heading("We received your message").await?;
    picture(journey, viewport, "reply-receipt").await?;
    let records =
        journey.clinic.inbox_when("the reply", |inbox| inbox.to_string().contains("with food")).await?;
    let rid =
        records["records"].as_array().and_then(|all| all.last()?["rid"].as_str()).context("it is there")?;
    journey.clinic.reply(rid, "Yes, with a little water.").await?;
    let patient = page.patient(Duration::from_secs(15));
    patient.says("The clinic just answered.").await?;
    picture(journey, viewport, "reply-news").await?;
    page.press("Read the answer").await?;
    page.says("Yes, with a little water.").await?;
    picture(journey, viewport, "reply-thread").await?;
    journey.clinic.reply(rid, "Milk is fine too.").await?;
    patient.says("Milk is fine too.").await?;
    picture(journey, viewport, "reply-fresh").await
}

async fn picture(journey: &Journey, viewport: Viewport, name: &str) -> Result<()> {
    picture_of(journey, viewport, name, "scrollTo(0, 0)").await
}

async fn picture_of(journey: &Journey, viewport: Viewport, name: &str, scroll: &str) -> Result<()> {
    let folder = folder(name)?;
    for scheme in ["light", "dark"] {
        journey.browser.prefer_colors(scheme).await?;
        journey.page().script(&format!("document.activeElement?.blur(); {scroll}")).await?;
        let file = format!("{name}-{}x{}-{scheme}.png", viewport.width, viewport.height);
        sleep(SETTLED).await;
        journey.page().picture(&folder.join(&file)).await?;
        println!("{}", folder.join(&file).display());
    }
    Ok(())
}

/// Those that the documents keep.
const KEPT: [&str; 6] = ["door", "wrong-date", "message", "receipt", "consent", "texts"];

fn folder(name: &str) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("tests/ stands in the workspace")?;
    let folder = root.join(if KEPT.contains(&name) { "docs/screens" } else { "target/screens" });
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
