//! One page elsewhere that a message leads to.

use postern_journeys::clinic::list;
use postern_journeys::elsewhere::Elsewhere;
use postern_journeys::wire::UNREAD;
use postern_journeys::{Context, Journey, Kind, Options, Result, ensure, journey};
use std::time::Duration;
use tokio::time::sleep;

journey! { core a_patient_is_led_to_pay_elsewhere_and_the_clinic_knows_that_it_was_opened }
journey! { a_host_that_is_not_on_the_clinics_list_is_not_sent }

const HOST: &str = "pay.elm.example";
const PLACE: &str = "pay.elm.example:443";
const BUTTON: &str = "Pay at pay.elm.example";

async fn a_patient_is_led_to_pay_elsewhere_and_the_clinic_knows_that_it_was_opened(kind: Kind) -> Result<()> {
    let options = Options { trusting: true, ..Options::default() };
    journey("action", kind, options, async |journey: &mut Journey| {
        let there = Elsewhere::serve(HOST).await?;
        journey.wire.lead_to(PLACE, there.port());
        journey.may_go_to(if kind == Kind::Webkit { UNREAD } else { PLACE });
        let text = journey.bill_arrives("https://pay.elm.example/bill?n=7").await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        let link = page.link(BUTTON).await?;
        ensure!(link.leads_to().await? == "https://pay.elm.example/bill?n=7");
        page.says("This button leaves our page.").await?;
        ensure!(journey.wire.count("/records/") == 0, "looking at it was recorded");
        link.press().await?;
        page.says("You opened this page").await?;
        page.heading("Your bill").await?;
        // WebKitGTK's driver opens no second window; and where it speaks TLS to its proxy, nothing can be let through.
        if kind != Kind::Webkit {
            saw_nothing_of_this_page(journey, &there).await?;
        }
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["kind"] == "Task" && answers[0]["status"] == "opened", "{answers:?}");
        ensure!(answers[0]["signature_valid"] == true && answers[0]["receipt_valid"] == true, "{answers:?}");
        let history = journey.clinic.desk_command(&["history", "--patient", "patient-1", "--json"]).await?;
        ensure!(history.contains("action-opened"), "{history}");

        journey.next_day().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says("You opened this page").await?;
        page.link(BUTTON).await?;
        ensure!(list(&journey.clinic.inbox().await?["records"]).len() == 1, "looking at it was recorded");
        Ok(())
    })
    .await
}

/// The page elsewhere was asked without a word about where the patient came from, and has no hold of the page that led to it.
async fn saw_nothing_of_this_page(journey: &Journey, there: &Elsewhere) -> Result<()> {
    let driver = journey.browser.driver();
    let own = driver.window().await?;
    for _ in 0..100 {
        if !there.asked().is_empty() {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let asked = there.asked().first().cloned().context("the page elsewhere was never asked")?;
    ensure!(asked.starts_with("GET /bill?n=7 HTTP/1.1"), "{asked}");
    ensure!(
        !asked.to_ascii_lowercase().contains("\nreferer:"),
        "it is told where the patient came from: {asked}"
    );
    let windows = driver.windows().await?;
    let other = windows.into_iter().find(|one| *one != own).context("there is no second window")?;
    driver.switch_to_window(other).await?;
    let page = journey.page();
    page.heading("Elsewhere").await?;
    let found = page.script("return [String(window.opener), document.referrer].join('|')").await?;
    ensure!(found == "null|", "it has a hold of the page that led to it: {found}");
    driver.close_window().await?;
    driver.switch_to_window(own).await?;
    Ok(())
}

async fn a_host_that_is_not_on_the_clinics_list_is_not_sent(kind: Kind) -> Result<()> {
    journey("action-elsewhere", kind, Options::default(), async |journey: &mut Journey| {
        for (address, code) in [
            ("https://pay.e1m.example/", "action-host-not-listed"),
            ("https://pay.elm.example@evil.example/", "action-with-user"),
            ("http://pay.elm.example/", "action-not-https"),
        ] {
            let refused = journey.clinic.send_bill("patient-1", address).await;
            let told = refused.err().map(|error| format!("{error:#}")).unwrap_or_default();
            ensure!(told.contains(code), "{address}: {told}");
        }
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        journey.page().heading("Please confirm your visit").await.map(drop)
    })
    .await
}
