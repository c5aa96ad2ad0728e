//! The list of docs/GO-LIVE.md, "Before the first real text": what the store shows is read there, what only a person can know is
//! confirmed by staff. Warnings that are harmless while trying things out are failures here.

use super::{Findings, Level};
use crate::failure::Failure;
use postern_desk::desk::Desk;
use postern_fhir::instant;

/// Must be in order before a real text goes out.
const STRICT: [&str; 5] = ["origin", "recovery-copy", "vault-key", "portal-keys", "incidents"];

/// What staff confirm: the item, what they say with it.
const CONFIRMATIONS: [(&str, &str, &str); 3] = [
    (
        "phone-answered",
        "the clinic's number on the page and in the text is answered by a person",
        "Call it from outside, then run this with --confirm phone-answered.",
    ),
    (
        "reader-named",
        "somebody is named who reads the inbox's requests and incidents every working day",
        "Name them, then run this with --confirm reader-named.",
    ),
    (
        "backups-kept",
        "desk and portal are backed up, link-keys.sqlite for 24 hours at most, and a restore was tried",
        "Set that up as docs/GO-LIVE.md says, then run this with --confirm backups-kept.",
    ),
];

pub async fn look(desk: &Desk, confirm: &[String], findings: &mut Findings) -> Result<(), Failure> {
    for finding in &mut findings.findings {
        if finding.level == Level::Warning && STRICT.contains(&finding.code) {
            finding.level = Level::Failure;
        }
    }
    if desk.state().join("clock-offset").exists() {
        findings.fail(
            "clock-set",
            "this desk's clock was set by a demo",
            "Make the real desk in a folder of its own.",
        );
    }
    look_at_trial(desk, findings).await?;
    for item in confirm {
        desk.confirm_live(item).await?;
    }
    let confirmed = desk.live_confirmed().await?;
    for (item, says, remedy) in CONFIRMATIONS {
        match confirmed.get(item) {
            Some(at) => findings.good(item, format!("{says}: confirmed {}", instant::to_text(at.0))),
            None => findings.fail(item, format!("nobody confirmed yet that {says}"), remedy),
        }
    }
    Ok(())
}

/// A text to a phone of the clinic's own was answered, and another link was taken back.
async fn look_at_trial(desk: &Desk, findings: &mut Findings) -> Result<(), Failure> {
    let inbox = desk.inbox().await?;
    let holds = inbox.records.iter().find(|record| record.signature_valid && record.receipt_valid);
    match holds {
        Some(record) => findings.good(
            "trial-answer",
            format!("an answer came whole, its receipt is {}", record.receipt_code),
        ),
        None => findings.fail(
            "trial-answer",
            "no answer came yet",
            "Send a visit to a phone of your own, outside of this network; open the link, give the birth date, answer, and compare \
             the receipt's code with `postern inbox`.",
        ),
    }
    if inbox.messages.iter().any(|message| message.link_state == "recalled") {
        findings.good("trial-recall", "a link was taken back, and the portal confirmed it");
    } else {
        findings.fail(
            "trial-recall",
            "no link was taken back yet",
            "Run `postern recall` on the link of the trial, tap it again: it must say so.",
        );
    }
    Ok(())
}
