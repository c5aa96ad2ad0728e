//! Other answers than yes, and changing one.

use postern_journeys::clinic::{Visit, list};
use postern_journeys::{Journey, Kind, Options, Result, ensure, journey};

journey! { core a_patient_cancels_a_visit_and_the_next_day_comes_after_all }
journey! { core a_patient_asks_for_another_time }
journey! { a_relative_answers_for_the_patient }
journey! { pressing_yes_twice_makes_one_answer }

async fn a_patient_cancels_a_visit_and_the_next_day_comes_after_all(kind: Kind) -> Result<()> {
    journey("cancels-and-comes", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        page.press("I cannot come").await?;
        page.heading("Cancel this visit?").await?;
        page.fill("Anything you want to tell us? (You do not have to)", "I am travelling.").await?;
        page.press("Yes, cancel my visit").await?;
        page.heading("We received your answer").await?;
        page.says("I am travelling.").await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["status"] == "declined", "{answers:?}");
        ensure!(answers[0]["resource"]["comment"] == "I am travelling.", "{answers:?}");

        journey.next_day().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says("You answered: I cannot come").await?;
        page.press("Change my answer").await?;
        page.press("Yes, I will come").await?;
        page.heading("We received your answer").await?;
        let answers = journey.clinic.answers(2).await?;
        ensure!(
            answers[1]["status"] == "accepted" && answers[1]["replaces"] == answers[0]["rid"],
            "{answers:?}"
        );
        ensure!(
            answers[0]["status"] == "declined" && answers[0]["replaced_by"] == answers[1]["rid"],
            "{answers:?}"
        );
        Ok(())
    })
    .await
}

async fn a_patient_asks_for_another_time(kind: Kind) -> Result<()> {
    journey("another-time", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        page.press("I need another time").await?;
        page.heading("Ask for another time").await?;
        page.press("Send my request").await?;
        page.says("Choose a day, or write a note").await?;
        ensure!(journey.wire.count("/records/") == 0, "an empty request was sent");
        page.checkbox("Tuesday").await?.press().await?;
        page.checkbox("Morning").await?.press().await?;
        page.fill("Anything else we should know?", "Not before ten.").await?;
        page.press("Send my request").await?;
        page.heading("We received your answer").await?;
        page.says("Tuesday").await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["status"] == "tentative", "{answers:?}");
        let resource = answers[0]["resource"].to_string();
        ensure!(resource.contains("Not before ten."), "{resource}");
        ensure!(resource.to_lowercase().contains("tue"), "{resource}");
        Ok(())
    })
    .await
}

async fn a_relative_answers_for_the_patient(kind: Kind) -> Result<()> {
    journey("a-relative-answers", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        page.checkbox("I am answering for someone else").await?.press().await?;
        page.press("Yes, I will come").await?;
        page.says("Type your name").await?;
        ensure!(journey.wire.count("/records/") == 0, "an answer without a name was sent");
        page.fill("Your name", "Cleo Example").await?;
        page.fill("What are you to the patient?", "daughter").await?;
        page.press("Yes, I will come").await?;
        page.heading("We received your answer").await?;
        page.says("Cleo Example (daughter)").await?;
        let answers = journey.clinic.answers(1).await?;
        let by = answers[0]["by"].to_string();
        ensure!(by.contains("Cleo Example") && by.contains("daughter"), "{by}");
        ensure!(answers[0]["resource"].to_string().contains("Cleo Example"), "{answers:?}");
        Ok(())
    })
    .await
}

async fn pressing_yes_twice_makes_one_answer(kind: Kind) -> Result<()> {
    journey("twice", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        let held = journey.wire.hold("/records/");
        // Both presses of a double tap come before the page can draw anything new.
        page.button("Yes, I will come").await?;
        let script = "const button = [...document.querySelectorAll('button')]
            .find((one) => one.textContent.trim() === 'Yes, I will come');
            button.click(); button.click();";
        page.script(script).await?;
        page.heading("Sending your answer").await?;
        held.release();
        page.heading("We received your answer").await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(list(&answers[0]["replaces"]).is_empty() && answers[0]["replaces"].is_null(), "{answers:?}");
        ensure!(journey.wire.count("/records/") == 1, "the answer was sent more than once");
        Ok(())
    })
    .await
}
