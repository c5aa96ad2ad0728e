//! The whole path: text, link, birth date, message, answer, receipt, the next day.

use postern_journeys::clinic::{BIRTH_DATE, Visit};
use postern_journeys::{Context, Journey, Kind, Options, Result, ensure, journey};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

journey! { core a_patient_confirms_a_visit_and_sees_the_answer_the_next_day }

async fn a_patient_confirms_a_visit_and_sees_the_answer_the_next_day(kind: Kind) -> Result<()> {
    journey("a-patient-confirms-a-visit", kind, Options::default(), confirm_and_come_back).await
}

async fn confirm_and_come_back(journey: &mut Journey) -> Result<()> {
    let text = journey.visit_arrives().await?;
    ensure!(text.to == "+12025550111" && text.words.len() <= 160, "{text:?}");
    ensure!(text.words.starts_with("Elm Avenue Clinic: please confirm your visit: "), "{text:?}");

    journey.tap(&text).await?;
    let page = journey.page();
    page.heading("Open your message").await?;
    journey.give_birth_date(("2", "30", "1980")).await?;
    page.says("There is no day 30 in February").await?;
    ensure!(journey.wire.count("verify/start") == 0, "an impossible date was sent");

    journey.give_birth_date(("4", "13", "1980")).await?;
    page.says("You can try 9 more times.").await?;
    page.says("April 13, 1980").await?;
    ensure!(journey.wire.count("verify/start") == 1);
    ensure!(!page.document().await?.contains(Visit::WORDS), "a wrong date shows the message");

    journey.give_birth_date(BIRTH_DATE).await?;
    page.says(Visit::WORDS).await?;
    let address = page.address().await?;
    ensure!(address.ends_with("/m"), "the address bar still says {address}");

    page.press("Yes, I will come").await?;
    page.heading("We received your answer").await?;
    let answers = journey.clinic.answers(1).await?;
    let code = answers[0]["receipt_code"].as_str().unwrap_or_default().to_owned();
    ensure!(code.len() == 9, "no receipt code: {answers:?}");
    page.says(&code).await?;
    ensure!(answers[0]["status"] == "accepted" && answers[0]["kind"] == "AppointmentResponse", "{answers:?}");
    ensure!(answers[0]["signature_valid"] == true && answers[0]["receipt_valid"] == true, "{answers:?}");

    page.reload().await?;
    page.heading("Open your message").await?;
    ensure!(!page.document().await?.contains(Visit::WORDS), "the message is there after a reload");

    journey.next_day().await?;
    journey.open_message(&text).await?;
    let page = journey.page();
    page.says("You answered: Yes, I will come").await?;
    page.says(&code).await?;
    page.button("Change my answer").await?;
    journey.clinic.answers(1).await.map(drop)
}

journey! { another_joses_hands_open_and_verify_the_answer }

/// Nothing of ours reads the answer here: npm's `jose`, from the keys that the desk exports.
async fn another_joses_hands_open_and_verify_the_answer(kind: Kind) -> Result<()> {
    journey("another-jose", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.visit_arrives().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says(Visit::WORDS).await?;
        page.press("Yes, I will come").await?;
        page.heading("We received your answer").await?;
        let answers = journey.clinic.answers(1).await?;
        let exported = journey.clinic.desk_command(&["desk", "export-keys", "--json"]).await?;

        let opened = verify(&exported)?;
        ensure!(opened[0]["rid"] == answers[0]["rid"], "{opened} is not {answers:?}");
        ensure!(opened[0]["resource"]["participantStatus"] == "accepted", "{opened}");

        // The same program refuses what was changed: one letter of the receipt's signature, one of the sealed answer.
        for member in ["receipt", "jwe"] {
            let mut changed: Value = serde_json::from_str(&exported)?;
            let compact = changed["records"][0][member].as_str().unwrap_or_default().to_owned();
            let at = compact.len() - 20;
            let other = if compact.as_bytes()[at] == b'A' { "B" } else { "A" };
            changed["records"][0][member] = format!("{}{other}{}", &compact[..at], &compact[at + 1..]).into();
            ensure!(verify(&changed.to_string()).is_err(), "a changed {member} was accepted");
        }
        Ok(())
    })
    .await
}

fn verify(exported: &str) -> Result<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/node/verify.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    node.stdin.take().context("no way in")?.write_all(exported.as_bytes())?;
    let output = node.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}
