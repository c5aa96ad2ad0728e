//! What a patient's phone receives until the message can be read, counted on the wire in Chromium. Fails over budget.

use postern_journeys::clinic::{BIRTH_DATE, Visit};
use postern_journeys::wire::Exchange;
use postern_journeys::{Context, Journey, Kind, Options, Result, ensure, journey};

/// Everything until the message stands on the screen, heads of answers included.
const BUDGET_BYTES: usize = 130 * 1024;
/// Requests until everything that Continue needs is there.
const BUDGET_REQUESTS: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    journey("size", Kind::Chromium, Options::default(), count).await
}

/// Notes the frame in which the patient has the words before them.
const WATCH: &str = r#"(() => {
  window.__read = null;
  const note = () => {
    if (document.body?.innerText.includes("__WORDS__")) window.__read = performance.now();
    else requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
})();"#;

async fn count(journey: &mut Journey) -> Result<()> {
    let text = journey.visit_arrives().await?;
    journey.browser.watch_every_page(&WATCH.replace("__WORDS__", Visit::WORDS)).await?;
    journey.tap(&text).await?;
    journey.page().heading("Open your message").await?;
    journey.give_birth_date(BIRTH_DATE).await?;
    journey.page().says(Visit::WORDS).await?;
    // What can be done about the visit stands there as soon as everything is loaded.
    journey.page().button("Yes, I will come").await?;

    let received = journey.wire.exchanges();
    let module =
        received.iter().find(|one| one.path().ends_with(".wasm")).context("no module was asked for")?;
    let ready = module.answered.context("the module never came")?;
    let before: Vec<&Exchange> = received.iter().filter(|one| one.asked <= ready).collect();
    let afterwards = asked_after_reading(journey).await?;
    // The same path may be asked before and after: of each, the last ones.
    let is_after = |one: &Exchange| {
        let behind =
            received.iter().filter(|other| other.path() == one.path() && other.asked > one.asked).count();
        behind < afterwards.iter().filter(|url| url.ends_with(one.path())).count()
    };

    println!("{:>8}  {:>6}  {:<5} request", "bytes", "head", "code");
    for one in &received {
        let code = one.response_header("content-encoding").unwrap_or("-");
        let when = if is_after(one) { " (after the message stood there)" } else { "" };
        println!(
            "{:>8}  {:>6}  {code:<5} {} {}{when}",
            one.body_bytes,
            one.head_bytes,
            one.method,
            one.path()
        );
    }
    let bytes = |one: &Exchange| one.head_bytes + one.body_bytes;
    let total: usize = received.iter().filter(|one| !is_after(one)).map(bytes).sum();
    let later: usize = received.iter().filter(|one| is_after(one)).map(bytes).sum();
    println!("{total:>8}  bytes until the message stood there (budget {BUDGET_BYTES})");
    println!("{later:>8}  bytes after it, for answering");
    println!("{:>8}  requests before the form was usable (budget {BUDGET_REQUESTS})", before.len());
    ensure!(module.response_header("content-encoding") == Some("br"), "the module did not come as brotli");
    ensure!(total <= BUDGET_BYTES, "{total} bytes are over the budget of {BUDGET_BYTES}");
    ensure!(before.len() <= BUDGET_REQUESTS, "over the budget of {BUDGET_REQUESTS} requests: {before:#?}");
    Ok(())
}

/// The addresses that the page asked for only when the words already stood there, by the browser's own clock.
async fn asked_after_reading(journey: &Journey) -> Result<Vec<String>> {
    let script = "return performance.getEntriesByType('resource')
        .filter((one) => window.__read !== null && one.startTime > window.__read).map((one) => one.name)";
    let names = journey.page().script(script).await?;
    serde_json::from_value(names).context("a list of addresses")
}
