//! Writing back under a message; the clinic answers while the page is open.

use postern_journeys::clinic::{BIRTH_DATE, PATIENT, list};
use postern_journeys::{Context, Fault, Journey, Kind, Options, Page, Result, Role, ensure, journey};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

journey! { core a_patient_writes_back_and_the_answer_comes_into_the_open_page }
journey! { what_is_written_survives_a_dead_line_and_a_covered_page }

const SUBJECT: &str = "Your medicine";
const WORDS: &str = "One in the morning.";
const QUESTION: &str = "May I take it with food?";
const ANSWER: &str = "Yes, with a little water.";
const OTHER_ANSWER: &str = "At night it is fine too.";
const FIELD: &str = "Your message to us";
/// Long enough for one look of the page and a slow machine.
const WITHIN: Duration = Duration::from_secs(15);

/// Opens the page that writes back and looks at what stands there before anything can be sent.
async fn begin(page: &Page<'_>) -> Result<()> {
    page.says("Questions about this?").await?;
    page.says("you can expect an answer by").await?;
    page.press("Write to us").await?;
    page.heading("Write to us").await?;
    page.says("Monday to Sunday").await?;
    page.says("Not for emergencies").await?;
    page.says("In an emergency call 911").await?;
    page.says("You can use up to 1,000 letters.").await?;
    let warned_first = page
        .script(
            "const before = [...document.querySelectorAll('#app h2')].find((one) => one.textContent === 'Not for emergencies');
             const button = [...document.querySelectorAll('button')].find((one) => one.textContent === 'Send to the clinic');
             return Boolean(before.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING)",
        )
        .await?;
    ensure!(warned_first == true, "the button to send stands before the warning");
    Ok(())
}

/// How often a screen reader is told these words.
async fn told(page: &Page<'_>, words: &str) -> Result<u64> {
    let words = serde_json::to_string(words)?;
    let script = format!(
        "return [...document.querySelectorAll('[role=status]')].filter((one) => one.textContent.includes({words})).length"
    );
    Ok(page.script(&script).await?.as_u64().unwrap_or_default())
}

async fn a_patient_writes_back_and_the_answer_comes_into_the_open_page(kind: Kind) -> Result<()> {
    journey("replies", kind, Options::default(), write_and_read).await
}

async fn write_and_read(journey: &mut Journey) -> Result<()> {
    let text = journey.words_arrive(SUBJECT, WORDS).await?;
    journey.open_message(&text).await?;
    let page = journey.page();
    page.says(WORDS).await?;
    begin(&page).await?;
    page.press("Send to the clinic").await?;
    page.says("Write your message first").await?;
    ensure!(journey.wire.count("/records/") == 0, "an empty message was sent");
    page.fill(FIELD, QUESTION).await?;
    page.press("Send to the clinic").await?;
    page.heading("We received your message").await?;
    page.says(QUESTION).await?;
    page.says("You can expect an answer by").await?;
    let answers = journey.clinic.answers(1).await?;
    ensure!(answers[0]["kind"] == "Communication" && answers[0]["words"] == QUESTION, "{answers:?}");
    ensure!(answers[0]["signature_valid"] == true && answers[0]["receipt_valid"] == true, "{answers:?}");
    let code = answers[0]["receipt_code"].as_str().unwrap_or_default().to_owned();
    page.says(&code).await?;
    let rid = answers[0]["rid"].as_str().context("it has an id")?.to_owned();

    page.press("Back to the message").await?;
    page.heading("You wrote to us").await?;
    page.says(&code).await?;

    // The clinic answers while something else is being typed.
    page.press("Write to us").await?;
    page.fill(FIELD, "And at ni").await?;
    let focused = page.focused().await?;
    let since = Instant::now();
    let answered = journey.clinic.reply(&rid, ANSWER).await?;
    let second = journey.clinic.text_of(&answered["text"]["sent"])?;
    journey.keep_secret(&second)?;
    let page = journey.page();
    page.patient(WITHIN).says("The clinic just answered.").await?;
    println!("the answer was told after {} ms", since.elapsed().as_millis());
    ensure!(told(&page, "The clinic just answered.").await? == 1, "it is told once");
    ensure!(page.focused().await? == focused, "the focus moved");
    ensure!(page.field(FIELD).await?.value().await? == "And at ni", "what was typed is gone");
    ensure!(!page.document().await?.contains(ANSWER), "it is read before anybody looks");
    ensure!(!is_read(journey, &answered).await?, "it was not on the screen yet");
    page.press("Read the answer").await?;
    page.heading("Our answer: Your medicine").await?;
    page.says(ANSWER).await?;
    read_soon(journey, &answered).await?;

    // Another one while the messages stand there.
    let page = journey.page();
    page.script(
        "[...document.querySelectorAll('button')].find((one) => one.textContent === 'Print').focus()",
    )
    .await?;
    let answered = journey.clinic.reply(&rid, OTHER_ANSWER).await?;
    journey.keep_secret(&journey.clinic.text_of(&answered["text"]["sent"])?)?;
    let page = journey.page();
    page.patient(WITHIN).says(OTHER_ANSWER).await?;
    ensure!(told(&page, "The clinic just answered.").await? == 1, "it is told once");
    ensure!(page.focused().await?.as_deref() == Some("Print"), "the focus moved");
    read_soon(journey, &answered).await?;
    let page = journey.page();
    page.press("Write to us").await?;
    ensure!(page.field(FIELD).await?.value().await? == "And at ni", "what was typed is gone");
    page.press("Back").await?;
    page.says(ANSWER).await?;

    // The new text can be read alone.
    journey.next_day().await?;
    journey.open_message(&second).await?;
    let page = journey.page();
    page.heading("Our answer: Your medicine").await?;
    page.says("You wrote to us:").await?;
    page.says(QUESTION).await?;
    // The old one has the whole thread.
    journey.next_day().await?;
    journey.open_message(&text).await?;
    let page = journey.page();
    for words in [OTHER_ANSWER, ANSWER, QUESTION, WORDS, &code] {
        page.says(words).await?;
    }
    ensure!(page.now(Role::Button, "Read the answer").await?.is_none());
    journey.clinic.recall(&text).await?;
    page.patient(WITHIN).heading("The clinic took this message back").await?;
    ensure!(!page.document().await?.contains(OTHER_ANSWER), "a recalled answer is still in the page");
    Ok(())
}

/// Whether the message that was added counts as read.
async fn is_read(journey: &Journey, answered: &Value) -> Result<bool> {
    let mid = &answered["thread"]["added"]["mid"];
    let messages = list(&journey.clinic.inbox().await?["messages"]);
    let line = messages.iter().find(|line| line["mid"] == *mid).context("the answer is in the inbox")?;
    Ok(line["state"] == "read")
}

async fn read_soon(journey: &Journey, answered: &Value) -> Result<()> {
    let deadline = Instant::now() + WITHIN;
    while !is_read(journey, answered).await? {
        ensure!(Instant::now() < deadline, "the clinic never hears that its answer was read");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

async fn what_is_written_survives_a_dead_line_and_a_covered_page(kind: Kind) -> Result<()> {
    journey("replies-line", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.words_arrive(SUBJECT, WORDS).await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(WORDS).await?;
        page.press("Write to us").await?;
        page.fill(FIELD, QUESTION).await?;
        page.press("Back").await?;
        page.press("Close this message").await?;
        page.says("What you typed is kept.").await?;
        journey.give_birth_date(BIRTH_DATE).await?;
        page.says(WORDS).await?;
        page.press("Write to us").await?;
        ensure!(page.field(FIELD).await?.value().await? == QUESTION, "what was typed did not come back");
        journey.wire.fault("/api/", Fault::LoseRequest);
        page.press("Send to the clinic").await?;
        page.heading("No connection right now").await?;
        journey.wire.heal();
        page.patient(Duration::from_secs(40)).heading("We received your message").await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["words"] == QUESTION, "{answers:?}");

        // A patient who wants no texts is answered in the page all the same.
        let rid = answers[0]["rid"].as_str().context("it has an id")?.to_owned();
        let stop = ["suppress", "add", "--patient", PATIENT, "--reason", "at the counter"];
        journey.clinic.desk_command(&stop).await?;
        let refused = journey.clinic.reply(&rid, ANSWER).await.err().context("a text went out")?;
        ensure!(format!("{refused:#}").contains("number-opted-out"), "{refused:#}");
        page.patient(WITHIN).says("The clinic just answered.").await?;
        page.press("Read the answer").await?;
        page.says(ANSWER).await?;
        // The page that a journey ends on is audited.
        page.press("Write to us").await?;
        page.heading("Write to us").await.map(drop)
    })
    .await
}
