//! Promise 3 in a real browser: whoever follows every link and presses every button, typing nothing, changes nothing.

use postern_journeys::clinic::{PATIENT, list};
use postern_journeys::{Context, Journey, Kind, Options, Result, ensure, journey};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;
use tokio::time::sleep;

journey! { a_robot_that_presses_everything_and_types_nothing_changes_nothing }

const DEEP: usize = 3;

/// What can be pressed or followed, but the telephone.
const PRESSABLE: &str = "[...document.querySelectorAll('a[href], button, summary, [role=button], input')]
    .filter((one) => one.getClientRects().length > 0 && !(one.href || '').startsWith('tel:'))";

async fn a_robot_that_presses_everything_and_types_nothing_changes_nothing(kind: Kind) -> Result<()> {
    journey("robot", kind, Options::default(), async |journey: &mut Journey| {
        let text =
            journey.words_arrive("About your next visit", "The side door is closed this week.").await?;
        let pressed = press_everything(journey, text.link()?).await?;
        ensure!(pressed > 20, "the robot pressed only {pressed} things");

        for sent in journey.wire.exchanges() {
            let harmless =
                sent.method == "GET" || (sent.method == "POST" && sent.path().ends_with("/link/open"));
            ensure!(harmless, "the robot made the page send {} {}", sent.method, sent.path());
        }
        let inbox = journey.clinic.inbox().await?;
        ensure!(inbox["messages"][0]["state"] == "handed-over", "the robot changed the message: {inbox:#}");
        ensure!(inbox["messages"][0]["link_state"] == "active", "the robot changed the link: {inbox:#}");
        ensure!(list(&inbox["requests"]).is_empty() && list(&inbox["incidents"]).is_empty(), "{inbox:#}");
        journey.clinic.send_words(PATIENT, "Another", "Texts still go out.").await?;

        // The same look sees what a person does on the same page.
        journey.next_day().await?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        page.unfold("Not for you, or no more texts?").await?;
        page.press("Stop these texts").await?;
        page.fill("Type STOP to stop the texts", "STOP").await?;
        page.press("Stop the texts").await?;
        page.heading("No more texts").await?;
        let told = |inbox: &Value| list(&inbox["requests"]).len() == 1;
        journey.clinic.inbox_when("what a person typed", told).await.map(drop)
    })
    .await
}

/// Every page that presses lead to, three presses deep; gives how many things were pressed.
async fn press_everything(journey: &Journey, link: &str) -> Result<usize> {
    let (mut known, mut pressed) = (BTreeSet::new(), 0);
    let mut ways = VecDeque::from([Vec::new()]);
    while let Some(way) = ways.pop_front() {
        let seen = walk(journey, link, &way).await?;
        pressed += usize::from(!way.is_empty());
        if way.len() == DEEP || !known.insert(seen) {
            continue;
        }
        let count = journey.page().script(&format!("return {PRESSABLE}.length")).await?;
        for next in 0..count.as_u64().context("no count")? {
            ways.push_back([way.as_slice(), &[next]].concat());
        }
    }
    Ok(pressed)
}

/// Opens the link anew, presses these one after the other, and gives what the page then says.
async fn walk(journey: &Journey, link: &str, way: &[u64]) -> Result<String> {
    let page = journey.page();
    page.open("about:blank").await?;
    page.open(link).await?;
    page.heading("Open your message").await?;
    // The two lines that unfold are there when the app is.
    page.says("Not for you, or no more texts?").await?;
    for press in way {
        page.script(&format!("{PRESSABLE}[{press}]?.click()")).await?;
        sleep(Duration::from_millis(150)).await;
    }
    // Two digits to copy are drawn anew each time; the page is the same.
    Ok(page.text().await?.chars().filter(|letter| !letter.is_ascii_digit()).collect())
}
