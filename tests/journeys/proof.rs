//! What a patient keeps of an answer holds without us.

use postern_journeys::clinic::Visit;
use postern_journeys::{Context, Journey, Kind, Options, Result, bail, ensure, journey};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::time::sleep;

journey! { a_patient_saves_a_proof_that_anyone_can_check }

/// Keeps what the page offers as a file; a browser that cannot be told where to save it does not save it.
const KEEP: &str = "window.kept = null;
    URL.createObjectURL = (file) => { file.text().then((text) => { window.kept = text }); return '#'; };";

async fn a_patient_saves_a_proof_that_anyone_can_check(kind: Kind) -> Result<()> {
    journey("proof", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        page.press("I cannot come").await?;
        page.fill("Anything you want to tell us? (You do not have to)", "I am travelling.").await?;
        page.press("Yes, cancel my visit").await?;
        page.heading("We received your answer").await?;
        let answers = journey.clinic.answers(1).await?;

        let folder = tempfile::tempdir()?;
        if kind == Kind::Chromium {
            let allow = json!({ "behavior": "allow", "downloadPath": folder.path() });
            journey.browser.driver().cdp().send_raw("Browser.setDownloadBehavior", allow).await?;
        } else {
            page.script(KEEP).await?;
        }
        page.press("Save a proof of my answer").await?;
        let code = answers[0]["receipt_code"].as_str().context("no receipt code")?;
        let file = folder.path().join(format!("answer-{code}.json"));
        let mut proof = None;
        for _ in 0..100 {
            proof = match kind {
                Kind::Chromium => std::fs::read_to_string(&file).ok(),
                _ => page.script("return window.kept").await?.as_str().map(str::to_owned),
            };
            if proof.is_some() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        let Some(proof) = proof else { bail!("nothing was saved as {}", file.display()) };

        let keys =
            page.script("return fetch('/.well-known/jwks.json').then((answer) => answer.json())").await?;
        let proof: Value = serde_json::from_str(&proof)?;
        let shown = check(&proof, &keys)?;
        ensure!(shown["rid"] == answers[0]["rid"], "{shown} is not {answers:?}");
        ensure!(shown["resource"]["comment"] == "I am travelling.", "{shown}");

        // The same program refuses what was changed.
        for member in ["receipt", "jwe", "cek"] {
            let mut changed = proof.clone();
            let whole = changed[member].as_str().unwrap_or_default().to_owned();
            let at = whole.len() - 20;
            let other = if whole.as_bytes()[at] == b'A' { "B" } else { "A" };
            changed[member] = format!("{}{other}{}", &whole[..at], &whole[at + 1..]).into();
            ensure!(check(&changed, &keys).is_err(), "a changed {member} was accepted");
        }
        Ok(())
    })
    .await
}

/// With nothing of ours: Node's own cryptography and npm's `jose`.
fn check(proof: &Value, keys: &Value) -> Result<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/node/proof.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let input = json!({ "proof": proof, "keys": keys });
    node.stdin.take().context("no way in")?.write_all(input.to_string().as_bytes())?;
    let output = node.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}
