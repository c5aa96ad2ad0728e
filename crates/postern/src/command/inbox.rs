//! `postern inbox`.

use super::{open, print};
use crate::{cli, failure::Failure};
use postern_desk::{
    desk::Desk,
    inbox::{Inbox, MessageLine, RecordLine, ToHelper, WaitingLine, Who},
};
use postern_fhir::instant;
use postern_protocol::record::Answerer;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const LOOK: Duration = Duration::from_millis(200);

pub async fn run(command: cli::Inbox) -> Result<(), Failure> {
    let desk = open::desk(&command.state, &command.clock).await?;
    let inbox = match command.wait {
        None => desk.inbox().await?,
        Some(seconds) => wait(&desk, Duration::from_secs(seconds)).await?,
    };
    desk.shut().await;
    print::result(command.output, &inbox, || in_words(&inbox))
}

/// The inbox as soon as something has come in, or as it is when the time is over. Reads only what the running desk books.
async fn wait(desk: &Desk, longest: Duration) -> Result<Inbox, Failure> {
    let count = |inbox: &Inbox| (inbox.records.len(), inbox.requests.len(), inbox.incidents.len());
    let first = desk.inbox().await?;
    let before = count(&first);
    let end = Instant::now() + longest;
    let mut inbox = first;
    while count(&inbox) == before && Instant::now() < end {
        sleep(LOOK).await;
        inbox = desk.inbox().await?;
    }
    Ok(inbox)
}

fn in_words(inbox: &Inbox) -> String {
    let mut lines: Vec<String> = inbox.waiting.iter().map(waiting_in_words).collect();
    for message in &inbox.messages {
        lines.push(message_in_words(message));
        for record in inbox.records.iter().filter(|record| record.mid == message.mid) {
            lines.push(record_in_words(record));
        }
        for request in inbox.requests.iter().filter(|request| request.lid == message.lid) {
            let settled = if request.settled_at.is_some() { ", settled" } else { "" };
            lines.push(format!(
                "  asked from the page, {}: {}{settled}",
                instant::to_text(request.at.0),
                request.kind
            ));
        }
    }
    for incident in inbox.incidents.iter().filter(|incident| incident.resolved_at.is_none()) {
        lines.push(format!("INCIDENT {}: {} ({})", incident.id, incident.words, incident.reason));
    }
    if lines.is_empty() {
        lines.push("Nothing was sent yet: postern send".to_owned());
    }
    lines.join("\n")
}

/// About whom, and to which helper if to one.
fn about(patient: Option<&Who>, helper: Option<&ToHelper>) -> String {
    let name = patient.map_or("?", |who| who.name.as_str());
    match helper {
        Some(helper) => format!("{name}, to {} ({})", helper.name, helper.relationship),
        None => name.to_owned(),
    }
}

fn waiting_in_words(waiting: &WaitingLine) -> String {
    let name = about(waiting.patient.as_ref(), waiting.helper.as_ref());
    let subject = waiting.subject.as_deref().unwrap_or("(no subject of its own)");
    let state = match (waiting.returned_at, &waiting.why) {
        (Some(at), why) => {
            format!("CAME BACK {}: {}", instant::to_text(at.0), why.as_deref().unwrap_or("not sent"))
        }
        _ => format!("waits for the number until {}", instant::to_text(waiting.returns_at.0)),
    };
    format!("{} {name}: {subject} [{state}]", instant::to_text(waiting.since.0))
}

fn message_in_words(message: &MessageLine) -> String {
    let name = about(message.patient.as_ref(), message.helper.as_ref());
    let subject = message.subject.as_deref().unwrap_or("(no subject)");
    let state = code(&message.state);
    let kind = match (&message.reminds, &message.answers) {
        (Some(_), _) => "; a reminder",
        (None, Some(_)) => "; an answer",
        (None, None) => "",
    };
    let unread = if message.unread { "; NOBODY OPENED IT: call" } else { "" };
    format!(
        "{} {name}: {subject} [{state}; link {} {}{kind}{unread}]",
        instant::to_text(message.decided_at.0),
        message.lid,
        message.link_state
    )
}

fn record_in_words(record: &RecordLine) -> String {
    let (said, answer) = match &record.wish {
        None if record.kind == "Task" => ("leads elsewhere", "opened"),
        Some(wish) => ("wishes", wish.as_str()),
        None if record.words.is_some() => ("wrote", record.rid.as_str()),
        None => ("answered", record.status.as_deref().unwrap_or(&record.kind)),
    };
    let mut words = format!(
        "  {said} {}: {answer}, receipt {}",
        instant::to_text(record.received_at.0),
        record.receipt_code
    );
    if let Answerer::Helper { name, relationship } = &record.by {
        words += &format!(", by {name} ({relationship})");
    }
    if record.replaced_by.is_some() {
        words += ", changed later";
    }
    if !record.signature_valid {
        words += ", SIGNATURE DOES NOT HOLD";
    }
    if !record.receipt_valid {
        words += ", RECEIPT DOES NOT HOLD";
    }
    for line in record.words.as_deref().unwrap_or_default().lines() {
        words += &format!("\n    | {line}");
    }
    words
}

/// The stable word of a unit variant.
fn code(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "?".to_owned(),
    }
}
