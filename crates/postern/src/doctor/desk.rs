//! What is looked at on a desk.

use super::{Findings, reach};
use crate::failure::{Failure, in_words};
use postern_desk::{
    desk::Desk,
    keys::{FollowError, rotate::LIFE_SECONDS},
    portal::{HttpExchange, PortalClient},
};
use postern_fhir::instant;
use postern_protocol::time::Timestamp;
use std::{sync::Arc, time::Duration};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// The portal refuses a desk beyond a minute.
const CLOCKS_FAIL_SECONDS: u64 = 60;
const CLOCKS_WARN_SECONDS: u64 = 10;
/// The recovery copy is looked at once a year: paper is lost.
const RECOVERY_SECONDS: i64 = 366 * DAY;
/// A text is on its way for some seconds.
const TEXT_SECONDS: i64 = 10 * MINUTE;

pub async fn look(desk: &Desk, findings: &mut Findings) -> Result<(), Failure> {
    match desk.ledger().await {
        Ok(lines) => findings.good("ledger", format!("{} lines, none changed or taken out", lines.len())),
        Err(error) => findings.fail(
            "ledger",
            in_words(&error),
            "Somebody or something changed the store. Keep a copy of the folder, and restore the newest good backup.",
        ),
    }
    look_at_keys(desk, findings).await?;
    look_at_texts(desk, findings).await?;
    let Some(pin) = desk.portal_pin().await? else {
        findings.fail(
            "portal-pinned",
            "this desk knows no portal yet",
            "Run `postern desk pin` with the file that the portal's `enrol` printed.",
        );
        return Ok(());
    };
    reach::look_at_origin(&pin.origin, findings);
    let exchange = match HttpExchange::new(&pin.origin) {
        Ok(exchange) => exchange,
        Err(error) => {
            findings.fail("portal-ready", in_words(&error), "Look at this machine's certificates.");
            return Ok(());
        }
    };
    if reach::look_at_portal(&exchange, findings).await {
        let client = desk.portal(Arc::new(exchange)).await?;
        look_at_portal_keys(desk, &client, findings).await;
        look_at_enrolment(desk, &client, findings).await?;
    }
    Ok(())
}

async fn look_at_keys(desk: &Desk, findings: &mut Findings) -> Result<(), Failure> {
    let keys = desk.keys_shown().await?;
    let now = desk.now();
    let made = keys.clinic.iter().filter(|key| key.retired_at.is_none()).map(|key| key.made_at).max();
    let age = now.0.saturating_sub(made.unwrap_or(0)) / 1000;
    if age > LIFE_SECONDS + 2 * DAY {
        findings.warn(
            "clinic-key",
            format!("the key for answers is {} days old", age / DAY),
            "`postern desk run` changes it after 30 days: is it running? Or run `postern keys rotate-clinic`.",
        );
    } else {
        findings.good("clinic-key", format!("the key for answers is {} days old", age / DAY));
    }
    look_at_recovery(keys.recovery_printed, now, findings);
    Ok(())
}

/// The recovery copy was printed, and not too long ago.
pub fn look_at_recovery(printed: Option<Timestamp>, now: Timestamp, findings: &mut Findings) {
    match printed {
        None => findings.warn(
            "recovery-copy",
            "no recovery copy was printed: with the key lost, everything is lost",
            "Run `postern keys backup --html sheets.html`, print it, delete it, keep the sheets apart.",
        ),
        Some(at) if at.plus_seconds(RECOVERY_SECONDS) < now => findings.warn(
            "recovery-copy",
            format!("the recovery copy was printed {}, more than a year ago", day(at)),
            "Look whether the sheets are still there and can be read, or print new ones.",
        ),
        Some(at) => findings.good("recovery-copy", format!("the recovery copy was printed {}", day(at))),
    }
}

fn day(at: Timestamp) -> String {
    instant::to_text(at.0).chars().take(10).collect()
}

async fn look_at_texts(desk: &Desk, findings: &mut Findings) -> Result<(), Failure> {
    let waiting = desk.texts_waiting_since(desk.now().plus_seconds(-TEXT_SECONDS)).await?;
    match waiting {
        0 => findings.good("texts", "no text waits to be handed over"),
        count => findings.fail(
            "texts",
            format!("{count} texts wait for longer than ten minutes to be handed over"),
            "Run `postern desk run` and look at what it logs; the outbox folder must be writable.",
        ),
    }
    let inbox = desk.inbox().await?;
    let incidents = inbox.incidents.iter().filter(|incident| incident.resolved_at.is_none()).count();
    match incidents {
        0 => findings.good("incidents", "no incident is open"),
        count => findings.warn(
            "incidents",
            format!("{count} incidents are open"),
            "`postern inbox` names them; each needs a person.",
        ),
    }
    Ok(())
}

async fn look_at_portal_keys(desk: &Desk, client: &PortalClient, findings: &mut Findings) {
    let said = match desk.portal_says(client).await {
        Ok(said) => said,
        Err(error @ (FollowError::Portal(_) | FollowError::Trouble(_))) => {
            return findings.fail("portal-keys", in_words(&error), "Look at the portal's log.");
        }
        Err(error) => {
            return findings.fail(
                "portal-keys",
                in_words(&error),
                "Until then answers are kept as incidents: their receipts do not hold.",
            );
        }
    };
    let pinned = desk.portal_pin().await.ok().flatten().map(|pin| pin.keys).unwrap_or_default();
    if pinned == said.keys {
        findings.good("portal-keys", "the portal signs with the pinned key, and its next one is pinned");
    } else {
        findings.warn(
            "portal-keys",
            "the portal has another next signing key than the pinned one",
            "Run `postern keys rotate-clinic`, or leave `postern desk run` on: it pins it within a day.",
        );
    }
    let seconds = said.at.0.abs_diff(desk.now().0) / 1000;
    let found = format!("this clock and the portal's differ by {seconds} s");
    let remedy = "Set both machines' clocks by NTP: beyond a minute the portal refuses the desk.";
    if seconds <= CLOCKS_WARN_SECONDS {
        findings.good("clock", found);
    } else if seconds <= CLOCKS_FAIL_SECONDS {
        findings.warn("clock", found, remedy);
    } else {
        findings.fail("clock", found, remedy);
    }
}

/// The portal knows this desk: its feed can be read. Asked from where it was read to, so nothing is passed over.
async fn look_at_enrolment(
    desk: &Desk,
    client: &PortalClient,
    findings: &mut Findings,
) -> Result<(), Failure> {
    match client.feed(desk.feed_cursor().await?, Duration::ZERO).await {
        Ok(page) if page.events.is_empty() => {
            findings.good("feed", "the portal knows this desk; nothing is waiting")
        }
        Ok(page) => findings.warn(
            "feed",
            format!(
                "the portal knows this desk; {}{} events wait",
                page.events.len(),
                if page.more { "+" } else { "" }
            ),
            "`postern desk run` reads them: is it running?",
        ),
        Err(error) => findings.fail(
            "feed",
            in_words(&error),
            "At the portal run `postern portal enrol` with this desk's enrolment.json; check both clocks.",
        ),
    }
    Ok(())
}
