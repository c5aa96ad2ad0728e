//! What can be said without proving anything: stop, not for me, my date is right.

use postern_journeys::clinic::{BIRTH_DATE, PATIENT, list};
use postern_journeys::{Context, Journey, Kind, Options, Page, Result, ensure, journey};

journey! { core stopping_the_texts_takes_a_typed_word_and_then_nothing_can_be_sent }
journey! { core a_stranger_says_that_the_message_is_not_for_them }
journey! { a_patient_says_that_the_date_is_right }

const SUBJECT: &str = "About your next visit";
const WORDS: &str = "The side door is closed this week.";

async fn stopping_the_texts_takes_a_typed_word_and_then_nothing_can_be_sent(kind: Kind) -> Result<()> {
    journey("opt-out", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.words_arrive(SUBJECT, WORDS).await?;
        journey.tap(&text).await?;
        let page = journey.page();
        open_asides(&page).await?;
        page.press("Stop these texts").await?;
        page.heading("Stop texts from Elm Avenue Clinic").await?;
        page.press("Stop the texts").await?;
        page.says("Type the word STOP").await?;
        ensure!(journey.wire.count("link/records") == 0, "a press alone stopped the texts");
        page.fill("Type STOP to stop the texts", "stop").await?;
        page.press("Stop the texts").await?;
        page.heading("No more texts").await?;
        let stopped =
            |inbox: &serde_json::Value| list(&inbox["requests"]).iter().any(|one| one["kind"] == "opt-out");
        journey.clinic.inbox_when("the opt-out", stopped).await?;

        let refused = journey.clinic.send_words(PATIENT, SUBJECT, WORDS).await;
        let refused = format!("{:#}", refused.err().context("a text went to a number that opted out")?);
        ensure!(refused.contains("exit status: 3"), "refused otherwise: {refused}");

        // A link that is open stays readable.
        journey.next_day().await?;
        journey.open_message(&text).await?;
        journey.page().says(WORDS).await
    })
    .await
}

async fn a_stranger_says_that_the_message_is_not_for_them(kind: Kind) -> Result<()> {
    journey("wrong-person", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.words_arrive(SUBJECT, WORDS).await?;
        journey.tap(&text).await?;
        let page = journey.page();
        open_asides(&page).await?;
        page.press("This message is not for me").await?;
        page.heading("This message is not for me").await?;
        page.press("Tell the clinic").await?;
        page.says("Type them in the box").await?;
        ensure!(journey.wire.count("link/records") == 0, "a press alone told the clinic");
        copy_digits(&page).await?;
        page.press("Tell the clinic").await?;
        page.heading("Thank you for telling us").await?;
        let told = |inbox: &serde_json::Value| {
            list(&inbox["requests"]).iter().any(|one| one["kind"] == "wrong-person")
        };
        journey.clinic.inbox_when("the wrong person", told).await?;
        let address = page.address().await?;
        ensure!(address.ends_with("/m"), "the address bar still says {address}");

        let refused = journey.clinic.send_words(PATIENT, SUBJECT, WORDS).await;
        let refused = format!("{:#}", refused.err().context("a text went to a stranger")?);
        ensure!(refused.contains("exit status: 3"), "refused otherwise: {refused}");

        // The link is closed, for the right date too.
        let closed = |inbox: &serde_json::Value| inbox["messages"][0]["link_state"] == "recalled";
        journey.clinic.inbox_when("that the link is closed", closed).await?;
        journey.next_day().await?;
        journey.tap(&text).await?;
        journey.page().heading("The clinic took this message back").await?;
        ensure!(!journey.page().document().await?.contains(WORDS));
        Ok(())
    })
    .await
}

async fn a_patient_says_that_the_date_is_right(kind: Kind) -> Result<()> {
    journey("date-is-right", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.words_arrive(SUBJECT, WORDS).await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        journey.give_birth_date(("4", "13", "1980")).await?;
        page.says("You can try 9 more times.").await?;
        journey.give_birth_date(("12", "4", "1980")).await?;
        page.says("You can try 8 more times.").await?;
        page.press("My date of birth is right").await?;
        page.heading("My date of birth is right").await?;
        copy_digits(&page).await?;
        page.press("Tell the clinic").await?;
        page.heading("The clinic has been told").await?;
        let asked = |inbox: &serde_json::Value| {
            list(&inbox["requests"]).iter().any(|one| one["kind"] == "birth-date-question")
        };
        journey.clinic.inbox_when("the question", asked).await?;
        let sent = journey.wire.exchanges();
        ensure!(sent.iter().all(|one| !one.sent(b"1980")), "a birth date was sent");
        page.press("Back").await?;
        page.heading("Open your message").await?;
        journey.give_birth_date(BIRTH_DATE).await?;
        page.says(WORDS).await
    })
    .await
}

async fn open_asides(page: &Page<'_>) -> Result<()> {
    page.heading("Open your message").await?;
    page.unfold("Not for you, or no more texts?").await
}

async fn copy_digits(page: &Page<'_>) -> Result<()> {
    const BEFORE: &str = "The two digits are ";
    page.says(BEFORE).await?;
    let text = page.text().await?;
    let digits = text.split(BEFORE).nth(1).and_then(|rest| rest.get(..2)).context("no digits")?;
    page.fill("Copy these two digits", digits).await
}
