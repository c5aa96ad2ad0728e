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

async fn count(journey: &mut Journey) -> Result<()> {
    let text = journey.visit_arrives().await?;
    journey.tap(&text).await?;
    journey.page().heading("Open your message").await?;
    journey.give_birth_date(BIRTH_DATE).await?;
    journey.page().says(Visit::WORDS).await?;

    let received = journey.wire.exchanges();
    let module =
        received.iter().find(|one| one.path().ends_with(".wasm")).context("no module was asked for")?;
    let ready = module.answered.context("the module never came")?;
    let before: Vec<&Exchange> = received.iter().filter(|one| one.asked <= ready).collect();
    let total: usize = received.iter().map(|one| one.head_bytes + one.body_bytes).sum();

    println!("{:>8}  {:>6}  {:<5} request", "bytes", "head", "code");
    for one in &received {
        let code = one.response_header("content-encoding").unwrap_or("-");
        println!("{:>8}  {:>6}  {code:<5} {} {}", one.body_bytes, one.head_bytes, one.method, one.path());
    }
    println!("{total:>8}  bytes until the message stood there (budget {BUDGET_BYTES})");
    println!("{:>8}  requests before the form was usable (budget {BUDGET_REQUESTS})", before.len());
    ensure!(module.response_header("content-encoding") == Some("br"), "the module did not come as brotli");
    ensure!(total <= BUDGET_BYTES, "{total} bytes are over the budget of {BUDGET_BYTES}");
    ensure!(before.len() <= BUDGET_REQUESTS, "over the budget of {BUDGET_REQUESTS} requests: {before:#?}");
    Ok(())
}
