//! Which texts come: off, on again, a pause, another language, a new number; from every page.

use postern_journeys::clinic::{PATIENT, Visit, list};
use postern_journeys::{Context, Journey, Key, Kind, Options, Page, Result, ensure, journey};
use serde_json::Value;

journey! { core a_patient_turns_texts_off_and_on_again_and_the_very_next_decision_knows }
journey! { stopping_without_proof_from_any_page_is_undone_with_proof }
journey! { a_pause_a_language_and_a_new_number_are_told_by_keyboard_alone }

const WAY: &str = "Choose which texts you get";
const HEADING: &str = "Your texts from Elm Avenue Clinic";
const VISITS: &str = "Visits: reminders, changes, how to get ready";
const MESSAGES: &str = "Messages: results and answers";
const NONE: &str = "No texts at all";
const RECEIVED: &str = "We received your answer";

async fn open(page: &Page<'_>) -> Result<()> {
    page.press(WAY).await?;
    page.heading(HEADING).await.map(drop)
}

async fn save(page: &Page<'_>) -> Result<()> {
    page.press("Save my choice").await?;
    page.heading(RECEIVED).await.map(drop)
}

async fn is_ticked(page: &Page<'_>, name: &str) -> Result<bool> {
    page.checkbox(name).await?.is_chosen().await
}

/// The next text of words is refused, with this code.
async fn is_refused(journey: &Journey, code: &str) -> Result<()> {
    let sent = journey.clinic.send_words(PATIENT, "Results", "All well.").await;
    let refused = format!("{:#}", sent.err().context("a text went out against the patient's wish")?);
    ensure!(refused.contains(code), "refused otherwise: {refused}");
    Ok(())
}

/// Milliseconds from the portal's receipt of each wish until the desk had booked it.
async fn delays(journey: &Journey) -> Result<Vec<i64>> {
    let told = journey.clinic.desk_command(&["history", "--patient", PATIENT, "--json"]).await?;
    let history: Value = serde_json::from_str(&told)?;
    let wishes = list(&history["lines"]).into_iter().filter(|line| line["content"]["kind"] == "Preferences");
    let delay = |line: Value| Some(line["at"].as_i64()? - line["content"]["received_at"].as_i64()?);
    Ok(wishes.filter_map(delay).collect())
}

async fn a_patient_turns_texts_off_and_on_again_and_the_very_next_decision_knows(kind: Kind) -> Result<()> {
    journey("preferences", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.words_arrive("Hello", "The side door is closed.").await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says("The side door is closed.").await?;
        open(&page).await?;
        page.says("We text you at (202) 555-0111.").await?;
        page.says("You agreed on paper or in person.").await?;
        page.says("Offers and news").await?;
        ensure!(is_ticked(&page, VISITS).await? && is_ticked(&page, MESSAGES).await?, "they come");

        page.checkbox(MESSAGES).await?.press().await?;
        save(&page).await?;
        page.says("You will not get").await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["kind"] == "Preferences" && answers[0]["status"] == "texts", "{answers:?}");
        ensure!(answers[0]["signature_valid"] == true && answers[0]["receipt_valid"] == true, "{answers:?}");
        is_refused(journey, "number-opted-out").await?;
        journey.clinic.send_visit(PATIENT, &Visit::default()).await.context("visits are still wanted")?;

        open(&page).await?;
        page.says("You changed this with this link.").await?;
        ensure!(!is_ticked(&page, MESSAGES).await?, "what was said on this link is known here");
        page.checkbox(NONE).await?.press().await?;
        ensure!(!is_ticked(&page, VISITS).await?, "none is none");
        save(&page).await?;
        page.says("You will get no more texts from us on this number.").await?;
        journey.clinic.answers(2).await?;
        is_refused(journey, "number-opted-out").await?;

        // The next day it is still known, and undone with the birth date.
        journey.next_day().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says("The side door is closed.").await?;
        open(&page).await?;
        page.press("Save my choice").await?;
        page.says("Tick the texts you would like").await?;
        page.checkbox(MESSAGES).await?.press().await?;
        save(&page).await?;
        let answers = journey.clinic.answers(3).await?;
        let wish = answers[2]["wish"].as_str().unwrap_or_default();
        ensure!(wish.starts_with("wants texts about messages; wants none about appointments"), "{wish}");
        journey.clinic.send_words(PATIENT, "Results", "All well.").await.context("it was opted in again")?;
        let delays = delays(journey).await?;
        ensure!(delays.len() == 3 && delays.iter().all(|delay| *delay < 1_000), "{delays:?} ms");
        open(&page).await
    })
    .await
}

async fn stopping_without_proof_from_any_page_is_undone_with_proof(kind: Kind) -> Result<()> {
    journey("preferences-stop", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.press("I cannot come").await?;
        page.heading("Cancel this visit?").await?;
        page.fill("Anything you want to tell us? (You do not have to)", "I am travelling").await?;
        page.unfold("Not for you, or no more texts?").await?;
        page.press("Stop these texts").await?;
        page.fill("Type STOP to stop the texts", "stop").await?;
        page.press("Stop the texts").await?;
        page.heading("No more texts").await?;
        let stopped = |inbox: &Value| list(&inbox["requests"]).iter().any(|one| one["kind"] == "opt-out");
        journey.clinic.inbox_when("the opt-out", stopped).await?;
        is_refused(journey, "number-opted-out").await?;

        page.press("Back").await?;
        page.heading("Cancel this visit?").await?;
        open(&page).await?;
        ensure!(!is_ticked(&page, MESSAGES).await?, "they were stopped a moment ago");
        page.checkbox(MESSAGES).await?.press().await?;
        save(&page).await?;
        journey.clinic.answers(1).await?;
        journey.clinic.send_words(PATIENT, "Results", "All well.").await.context("it was opted in again")?;
        page.press("Back to the message").await?;
        page.heading("Cancel this visit?").await?;
        let note = page.field("Anything you want to tell us? (You do not have to)").await?.value().await?;
        ensure!(note == "I am travelling", "what was typed before is {note:?}");
        Ok(())
    })
    .await
}

/// Goes on with the Tab key until the thing of this name has the focus.
async fn tab_to(page: &Page<'_>, name: &str) -> Result<()> {
    for _ in 0..40 {
        if page.focused().await?.as_deref() == Some(name) {
            return Ok(());
        }
        page.key(Key::Tab).await?;
    }
    postern_journeys::bail!("Tab never reaches {name:?}")
}

async fn a_pause_a_language_and_a_new_number_are_told_by_keyboard_alone(kind: Kind) -> Result<()> {
    journey("preferences-keyboard", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.words_arrive("Hello", "The side door is closed.").await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says("The side door is closed.").await?;
        page.button(WAY).await?;
        tab_to(&page, WAY).await?;
        page.key(Key::Enter).await?;
        page.heading(HEADING).await?;
        ensure!(page.focused().await?.as_deref() == Some(HEADING), "the heading has the focus");

        page.unfold("A pause from our texts").await?;
        tab_to(&page, "Save the pause").await?;
        page.key(Key::Enter).await?;
        page.says("Choose for how long").await?;
        let choices = page.names(postern_journeys::Role::Radio).await?;
        let week = choices.first().context("there are pauses to choose")?;
        ensure!(week.starts_with("7 days, until "), "{choices:?}");
        page.choice(week).await?.press().await?;
        tab_to(&page, "Save the pause").await?;
        page.key(Key::Enter).await?;
        page.heading(RECEIVED).await?;
        page.says("No texts until").await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["status"] == "pause", "{answers:?}");
        is_refused(journey, "paused").await?;

        open(&page).await?;
        page.unfold("A pause from our texts").await?;
        page.says("You get no texts until").await?;
        page.choice("End the pause now").await?.press().await?;
        page.press("Save the pause").await?;
        page.heading(RECEIVED).await?;
        journey.clinic.answers(2).await?;
        journey.clinic.send_words(PATIENT, "Results", "All well.").await.context("the pause is over")?;

        open(&page).await?;
        page.unfold("Texts in another language").await?;
        ensure!(page.choice("English").await?.is_chosen().await?, "it is known which");
        page.fill("If another, which?", "Español").await?;
        page.press("Save my language").await?;
        page.heading(RECEIVED).await?;
        page.says("Español").await?;
        let answers = journey.clinic.answers(3).await?;
        ensure!(answers[2]["status"] == "other-language", "{answers:?}");

        open(&page).await?;
        page.unfold("A new phone number or e-mail").await?;
        page.fill("New phone number", "12").await?;
        page.press("Send it to the clinic").await?;
        page.says("Type the whole phone number, with the area code").await?;
        page.fill("New phone number", "(202) 555-0199").await?;
        page.press("Send it to the clinic").await?;
        page.heading(RECEIVED).await?;
        page.says("Someone here will check it with you.").await?;
        let answers = journey.clinic.answers(4).await?;
        let wish = answers[3]["wish"].as_str().unwrap_or_default();
        ensure!(wish.contains("(202) 555-0199") && answers[3]["status"] == "new-contact", "{answers:?}");
        let inbox = journey.clinic.desk_command(&["inbox"]).await?;
        ensure!(inbox.contains("gives a new number"), "{inbox}");
        // Until it is confirmed the old one counts.
        let sent = journey.clinic.send_words(PATIENT, "Results", "All is well.").await?;
        ensure!(sent.to == "+12025550111", "it went to {}", sent.to);

        open(&page).await?;
        for part in ["A pause from our texts", "Texts in another language", "A new phone number or e-mail"] {
            page.unfold(part).await?;
        }
        Ok(())
    })
    .await
}
