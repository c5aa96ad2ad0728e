//! A person's history, in words and as a page to print.

use maud::{Markup, html};
use postern_desk::{
    history::{Content, History, HistoryLine},
    ledger::Actor,
};
use postern_fhir::instant;
use postern_protocol::record::Answerer;
use serde_json::Value;
use std::fmt::Write;

/// For the terminal.
pub fn in_words(history: &History) -> String {
    let mut words = format!("{}, put together {}", people(history), instant::to_text(history.at.0));
    for line in &history.lines {
        let _ =
            write!(words, "\n{} {}: {}", instant::to_text(line.at.0), actor(line.actor), kind(&line.kind));
        if let Some(particulars) = particulars(&line.what) {
            let _ = write!(words, " ({particulars})");
        }
        if let Some(content) = &line.content {
            for row in content_in_words(content).lines() {
                let _ = write!(words, "\n    {row}");
            }
        }
    }
    words
}

/// To print.
pub fn page(history: &History) -> String {
    let title = format!("{}: everything about {}", history.clinic, people(history));
    super::frame(
        &title,
        &html! {
            h1 { (title) }
            p.soft {
                "Put together " (instant::to_text(history.at.0)) " from the clinic’s ledger. Times are UTC, by the clinic’s clock. "
                "“The portal” is the machine that patients reach: what it says happened is its word, and no seal covers it. “Who held "
                "the link” is somebody who had the text message’s link; an answer’s signature says that they could also open it."
            }
            table {
                thead { tr { th { "When" } th { "Who" } th { "What" } } }
                tbody { @for line in &history.lines { (row(line)) } }
            }
            @if history.lines.is_empty() { p { "Nothing is known." } }
        },
    )
}

fn row(line: &HistoryLine) -> Markup {
    html! {
        tr {
            td { (instant::to_text(line.at.0)) }
            td { (actor(line.actor)) }
            td {
                (kind(&line.kind))
                @if let Some(content) = &line.content { div.what { (content_in_words(content)) } }
                @if let Some(particulars) = particulars(&line.what) { div.soft { (particulars) } }
                @if let Some(lid) = &line.lid { div.soft { "link " (lid) } }
            }
        }
    }
}

fn people(history: &History) -> String {
    let names = history.people.iter().map(|who| format!("{} ({})", who.name, who.id));
    names.collect::<Vec<_>>().join(", ")
}

fn actor(actor: Actor) -> &'static str {
    match actor {
        Actor::Staff => "the clinic’s staff",
        Actor::Desk => "the clinic’s desk by itself",
        Actor::LinkHolder => "who held the link",
        Actor::Portal => "the portal",
    }
}

/// The ledger's word, for a reader.
fn kind(kind: &str) -> String {
    let words = match kind {
        "patient-added" => "took the patient in",
        "patient-updated" => "changed the patient’s particulars",
        "helper-added" => "named somebody who may answer",
        "helper-updated" => "changed who may answer",
        "send-decided" => "sent a message",
        "reminder-decided" => "reminded of a message that nobody had opened",
        "reminder-refused" => "did not remind of a message that nobody had opened",
        "send-refused" => "wanted to send a message, which the rules refused",
        "send-uploaded" => "sealed it and put it at the portal",
        "text-handed-over" => "handed the text message over",
        "send-abandoned" => "gave the message up; no text went out",
        "opened" => "says that a birth date was given",
        "verified" => "says that the right birth date was given",
        "wrong-try" => "says that a wrong birth date was given",
        "locked" => "says that the tries are used up",
        "read" => "says that the message stood on the screen",
        "expired" => "the link ended by itself",
        "end-confirmed" => "confirmed that the link has ended there too",
        "record-booked" => "answered",
        "action-opened" => "opened the page that the message leads to",
        "actions-changed" => "changed where messages may lead to",
        "answer-decided" => "answered what was written back",
        "answer-added" => "put the answer on the patient’s own link",
        "answer-not-added" => "could not put the answer on the patient’s own link",
        "answer-text" => "said what became of the answer’s text",
        "replies-changed" => "changed when what is written back is read",
        "link-unlocked" => "allowed five more tries",
        "link-recalled" => "took the link back",
        "link-closed" => "closed the link",
        "number-settled" => "settled the report about the number",
        "number-suppressed" => "booked that the number wants no texts",
        "suppression-lifted" => "booked that the number wants texts again",
        "number-confirmed" => "booked that the number is the patient’s",
        "send-waits" => "wanted to send a message, which waits for the number to be confirmed",
        "send-returned" => "gave a waiting message back; no text went out",
        "notice-decided" => "decided to send a short text without a link",
        "notice-given-up" => "gave a short text up; it did not go out",
        "retention-purged" => "took away what was older than it is kept",
        "policy-in-force" => "took a policy into force",
        "tries-cleared" => "cleared earlier wrong birth dates",
        "incident" => "kept something that did not hold",
        "opt-out" => "asked for no more texts",
        "wrong-person" => "said that the text came to the wrong person",
        "birth-date-question" => "said that their birth date is right",
        "new-link" => "asked for a new link",
        "help" => "asked for help",
        "history-read" => "read this history",
        other => return other.replace('-', " "),
    };
    words.to_owned()
}

fn content_in_words(content: &Content) -> String {
    match content {
        Content::Message { subject, text } => match subject {
            Some(subject) if !text.starts_with(subject.as_str()) => format!("{subject}\n{text}"),
            _ => text.clone(),
        },
        Content::Answer {
            kind,
            status,
            by,
            resource,
            received_at,
            receipt_code,
            signature_valid,
            receipt_valid,
        } => {
            let holds = |good: bool| if good { "holds" } else { "DOES NOT HOLD" };
            let by = match by {
                Answerer::Patient => String::new(),
                Answerer::Helper { name, relationship } => format!(" by {name} ({relationship})"),
            };
            format!(
                "{}{by}; receipt {receipt_code} of {} {}; signature {}\n{resource}",
                status.as_deref().unwrap_or(kind),
                instant::to_text(received_at.0),
                holds(*receipt_valid),
                holds(*signature_valid),
            )
        }
    }
}

/// The ledger's particulars, in a row.
fn particulars(what: &Value) -> Option<String> {
    let members = what.as_object()?;
    let told = members.iter().filter(|(_, value)| !value.is_null());
    let told: Vec<String> = told
        .map(|(name, value)| {
            let value = match (name.as_str(), value) {
                ("at" | "expires", Value::Number(at)) => instant::to_text(at.as_i64().unwrap_or_default()),
                (_, Value::String(text)) => text.clone(),
                (_, other) => other.to_string(),
            };
            format!("{} {value}", name.replace('_', " "))
        })
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}
