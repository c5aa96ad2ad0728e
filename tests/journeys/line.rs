//! A bad line: slow, cut, lossy. Nothing typed is lost, nothing is sent twice.

use postern_journeys::clinic::{BIRTH_DATE, Visit};
use postern_journeys::{Fault, Journey, Kind, Options, Result, Role, ensure, journey};
use std::time::Duration;

journey! { core the_module_comes_ten_seconds_late_and_nothing_is_typed_again }
journey! { core without_its_script_the_page_sends_nothing }
journey! { core the_text_is_there_and_the_rest_of_the_page_is_late }
journey! { nobody_is_there_before_the_rest_of_the_page_has_come }
journey! { the_portal_cannot_be_reached_mid_way_and_the_answer_still_arrives }
journey! { an_answer_whose_receipt_was_lost_is_one_answer }
journey! { a_date_whose_answer_was_lost_costs_one_try }

async fn the_module_comes_ten_seconds_late_and_nothing_is_typed_again(kind: Kind) -> Result<()> {
    journey("late-module", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        // The module that opens the door; what is fetched after the first text comes as always.
        journey.wire.fault("_bg-", Fault::Delay(Duration::from_secs(10)));
        // The page loads until the module is there, so the test must not wait for that.
        let link = serde_json::to_string(text.link()?)?;
        journey.page().script(&format!("setTimeout(() => {{ location.href = {link} }}, 0)")).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        journey.give_birth_date(BIRTH_DATE).await?;
        page.says("The page is still loading and then goes on by itself.").await?;
        ensure!(journey.wire.count("/api/") == 0, "something was asked before the module was there");
        ensure!(page.field("Year").await?.value().await? == "1980");
        page.patient(Duration::from_secs(30)).says(Visit::WORDS).await?;
        ensure!(journey.wire.count("verify/start") == 1);
        Ok(())
    })
    .await
}

async fn without_its_script_the_page_sends_nothing(kind: Kind) -> Result<()> {
    journey("no-script", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.wire.fault(".js", Fault::LoseRequest);
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        page.fill("Month", "4").await?;
        page.fill("Day", "12").await?;
        page.fill("Year", "1980").await?;
        let before = journey.wire.exchanges().iter().filter(|one| !one.path().ends_with(".js")).count();
        page.field("Year").await?.enter().await?;
        page.press("Continue").await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let after = journey.wire.exchanges();
        let sent = after.iter().filter(|one| !one.path().ends_with(".js")).count();
        ensure!(sent == before, "Enter sent a request: {after:?}");
        ensure!(after.iter().all(|one| !one.sent(b"1980")), "the date was sent");
        let address = page.address().await?;
        ensure!(!address.contains("1980"), "the date stands in the address: {address}");
        page.says("Please load it again, or call us").await
    })
    .await
}

/// What comes after the first text, as the wire knows it.
const REST: &str = "split_later";

async fn the_text_is_there_and_the_rest_of_the_page_is_late(kind: Kind) -> Result<()> {
    journey("late-rest", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        let held = journey.wire.hold(REST);
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        page.says("The rest of this page is still loading.").await?;
        ensure!(
            page.now(Role::Button, "Yes, I will come").await?.is_none(),
            "an answer that cannot be given"
        );

        // Close does not wait: the message goes, and the date opens it again.
        page.press("Close this message").await?;
        page.button("Continue").await?;
        ensure!(!page.document().await?.contains(Visit::WORDS), "a closed message is still in the page");
        ensure!(page.field("Year").await?.value().await?.is_empty(), "the date is still in the page");
        journey.give_birth_date(BIRTH_DATE).await?;
        page.says(Visit::WORDS).await?;

        // What was pressed meanwhile happens once it can.
        page.unfold("Not for you, or no more texts?").await?;
        page.press("Stop these texts").await?;
        page.says("The rest of this page is still loading.").await?;
        held.release();
        page.heading("Stop texts from Elm Avenue Clinic").await?;
        page.no_longer_says("The rest of this page is still loading.").await?;
        page.press("Back").await?;

        // The same where the line is cut instead: it is fetched again until it comes.
        journey.next_day().await?;
        journey.wire.fault(REST, Fault::LoseRequest);
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        page.unfold("Not for you, or no more texts?").await?;
        page.press("This message is not for me").await?;
        page.says("The page did not load fully").await?;
        journey.wire.heal();
        page.heading("This message is not for me").await?;
        page.no_longer_says("The page did not load fully").await?;
        page.press("Back").await?;
        page.press("Yes, I will come").await?;
        page.heading("We received your answer").await?;
        journey.clinic.answers(1).await.map(drop)
    })
    .await
}

async fn nobody_is_there_before_the_rest_of_the_page_has_come(kind: Kind) -> Result<()> {
    /// The timer that would warn after four and a half minutes fires after two seconds.
    const HASTE: &str = "const real = window.setTimeout;
        window.setTimeout = (act, wait) => real.call(window, act, wait === 270000 ? 2000 : wait);";
    journey("late-rest-idle", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        let _held = journey.wire.hold(REST);
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        page.script(HASTE).await?;
        journey.give_birth_date(BIRTH_DATE).await?;
        page.says(Visit::WORDS).await?;
        page.no_longer_says(Visit::WORDS).await?;
        page.button("Continue").await?;
        ensure!(!page.document().await?.contains(Visit::WORDS), "the message is still in the page");
        page.heading("Open your message").await.map(drop)
    })
    .await
}

async fn the_portal_cannot_be_reached_mid_way_and_the_answer_still_arrives(kind: Kind) -> Result<()> {
    journey("unreachable", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        journey.wire.fault("/api/", Fault::LoseRequest);
        journey.give_birth_date(BIRTH_DATE).await?;
        page.heading("No connection right now").await?;
        journey.wire.heal();
        page.press("Try again now").await?;
        page.says(Visit::WORDS).await?;

        page.press("I cannot come").await?;
        page.fill("Anything you want to tell us? (You do not have to)", "My car broke down.").await?;
        journey.wire.fault("/api/", Fault::LoseRequest);
        page.press("Yes, cancel my visit").await?;
        page.heading("No connection right now").await?;
        page.says("Your answer is kept on this page.").await?;
        journey.wire.heal();
        page.patient(Duration::from_secs(40)).heading("We received your answer").await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["resource"]["comment"] == "My car broke down.", "{answers:?}");
        Ok(())
    })
    .await
}

async fn an_answer_whose_receipt_was_lost_is_one_answer(kind: Kind) -> Result<()> {
    journey("lost-receipt", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        journey.wire.fault("/records/", Fault::LoseAnswers(1));
        page.press("Yes, I will come").await?;
        page.patient(Duration::from_secs(40)).heading("We received your answer").await?;
        let put: Vec<Vec<u8>> = journey
            .wire
            .exchanges()
            .into_iter()
            .filter(|one| one.path().contains("/records/"))
            .map(|one| one.request_body)
            .collect();
        ensure!(put.len() == 2 && put[0] == put[1], "the answer was not sent again as it was");
        journey.clinic.answers(1).await.map(drop)
    })
    .await
}

async fn a_date_whose_answer_was_lost_costs_one_try(kind: Kind) -> Result<()> {
    journey("lost-try", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        journey.wire.fault("verify/start", Fault::LoseAnswers(1));
        journey.give_birth_date(("4", "13", "1980")).await?;
        page.patient(Duration::from_secs(40)).says("You can try 9 more times.").await?;
        journey.wire.fault("verify/finish", Fault::LoseAnswers(1));
        journey.give_birth_date(BIRTH_DATE).await?;
        page.patient(Duration::from_secs(40)).says(Visit::WORDS).await?;
        ensure!(page.now(Role::Button, "Continue").await?.is_none());
        Ok(())
    })
    .await
}
