//! `/demo/desk`: what the clinic received, opened.

use super::{Here, frame};
use crate::demo::{content::PATIENTS, when};
use maud::{Markup, html};
use postern_desk::inbox::{Inbox, IncidentLine, MessageLine, MessageState, RecordLine, RequestLine};
use postern_fhir::{
    AppointmentResponse,
    appointment_response::Answer,
    code::{TimeOfDay, Weekday},
};
use postern_protocol::record::Answerer;

/// What the last button did.
#[derive(Clone)]
pub enum Notice {
    /// It was done.
    Done(String),
    /// It was not.
    Failed(String),
}

/// The page.
pub fn page(clinic: &str, inbox: &Inbox, notice: Option<&Notice>) -> Markup {
    let fixed = html! {
        h1 { (clinic) ": the clinic’s desk" }
        p.soft { "What was sent and what came back, decrypted here and nowhere else. It stays fresh by itself." }
        (send_form())
        (reply_form())
    };
    let live = html! {
        @match notice {
            Some(Notice::Done(words)) => { p.notice role="status" { (words) } }
            Some(Notice::Failed(words)) => { p.notice.bad role="alert" { (words) } }
            None => {}
        }
        (incidents(&inbox.incidents))
        ul.items {
            @for message in inbox.messages.iter().rev() {
                (item(message, inbox))
            }
        }
        @if inbox.messages.is_empty() { p.soft { "Nothing was sent yet." } }
    };
    frame(Here::Desk, "Clinic’s desk", &fixed, &live)
}

fn send_form() -> Markup {
    html! {
        details.send {
            summary { "Send another text" }
            form method="post" action="/demo/desk/send" {
                label {
                    "To"
                    select name="to" {
                        @for patient in &PATIENTS { option value=(patient.id) { (patient.name) } }
                    }
                }
                label {
                    "What"
                    select name="what" {
                        option value="visit" { "A visit to confirm" }
                        option value="message" { "A message, as written below" }
                    }
                }
                label { "Heading" input name="subject" value="A message from your clinic" maxlength="120"; }
                label { "Text" textarea name="text" rows="5" { "Hello,\n\nplease call us **before Friday**." } }
                button { "Send" }
            }
        }
    }
}

/// The newest, so that the form stands still while the page below it stays fresh.
fn reply_form() -> Markup {
    html! {
        details.send {
            summary { "Answer what a patient wrote last" }
            form method="post" action="/demo/desk/reply" {
                label { "Text" textarea name="text" rows="3" required { } }
                button { "Answer" }
            }
        }
    }
}

fn incidents(incidents: &[IncidentLine]) -> Markup {
    let open: Vec<&IncidentLine> = incidents.iter().filter(|one| one.resolved_at.is_none()).collect();
    html! {
        @if !open.is_empty() {
            h2 { "Needs a person" }
            ul.items {
                @for incident in open {
                    li.item.incident {
                        div.top { strong { (incident.words) } span.soft.small { (when::short(incident.at)) } }
                        p.soft.small.code { (incident.reason) }
                    }
                }
            }
        }
    }
}

fn item(message: &MessageLine, inbox: &Inbox) -> Markup {
    let name = message.patient.as_ref().map_or("?", |who| who.name.as_str());
    let live = matches!(message.link_state.as_str(), "new" | "active" | "locked");
    html! {
        li.item {
            div.top {
                h2 { (message.subject.as_deref().unwrap_or("(no heading)")) }
                (state(message))
                span.soft.small { (name) ", " (when::short(message.decided_at)) }
            }
            @for record in inbox.records.iter().filter(|record| record.mid == message.mid) { (answer(record)) }
            @for request in inbox.requests.iter().filter(|request| request.lid == message.lid) { (asked(request)) }
            @if message.wrong_tries > 0 { p.soft { "Wrong birth dates: " (message.wrong_tries) } }
            @if live {
                form method="post" action="/demo/desk/recall" {
                    input type="hidden" name="link" value=(message.lid);
                    button.quiet { "Take it back" }
                }
            }
        }
    }
}

fn state(message: &MessageLine) -> Markup {
    let (tone, words) = match (message.link_state.as_str(), message.state) {
        ("locked", _) => ("bad", "locked"),
        (_, MessageState::Answered) => ("good", "answered"),
        ("expired", _) => ("", "time is over"),
        ("recalled" | "recalling", _) => ("", "taken back"),
        ("closed" | "closing", _) => ("", "closed"),
        (_, MessageState::Read) => ("good", "read"),
        (_, MessageState::Verified) => ("good", "opened by the patient"),
        (_, MessageState::Opened) => ("", "birth date tried"),
        (_, MessageState::HandedOver) => ("", "text sent"),
        (_, MessageState::Added) => ("", "added to the open link"),
        (_, MessageState::GivenUp) => ("bad", "not sent"),
        (_, MessageState::OnItsWay) => ("", "on its way"),
    };
    html! { span.state.(tone) { (words) } }
}

fn answer(record: &RecordLine) -> Markup {
    let checks = |holds: bool| if holds { "holds" } else { "DOES NOT HOLD" };
    html! {
        dl {
            dt { "Answer" }
            dd { strong { (answer_in_words(record)) } @if record.replaced_by.is_some() { " (changed later)" } }
            @if let Answerer::Helper { name, relationship } = &record.by {
                dt { "Given by" } dd { (name) ", " (relationship) }
            }
            dt { "Received" } dd { (when::short(record.received_at)) }
            dt { "Receipt code" } dd.code { (record.receipt_code) }
            dt { "Patient’s signature" } dd { (checks(record.signature_valid)) }
            dt { "Receipt" } dd { (checks(record.receipt_valid)) }
        }
    }
}

fn answer_in_words(record: &RecordLine) -> String {
    if let Some(words) = &record.words {
        return format!("Wrote: “{words}”");
    }
    let Ok(response) = AppointmentResponse::read(&(&record.resource).into()) else {
        return match record.kind.as_str() {
            "Task" => "Opened the page that the message leads to".to_owned(),
            kind => kind.to_owned(),
        };
    };
    let mut words = match response.answer {
        Answer::Confirm => "Will come".to_owned(),
        Answer::Cancel => "Cannot come".to_owned(),
        Answer::Maybe => "May come".to_owned(),
        Answer::None => "No answer yet".to_owned(),
        Answer::AnotherTime(wishes) => {
            let days = wishes.days.iter().copied().map(day);
            let asked: Vec<&str> = days.chain(wishes.times.iter().copied().map(time)).collect();
            if asked.is_empty() {
                "Asks for another time".to_owned()
            } else {
                format!("Asks for another time: {}", asked.join(", "))
            }
        }
    };
    if let Some(comment) = response.comment {
        words += &format!(" (“{comment}”)");
    }
    words
}

fn day(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn time(time: TimeOfDay) -> &'static str {
    match time {
        TimeOfDay::Morning => "morning",
        TimeOfDay::Afternoon => "afternoon",
        TimeOfDay::Evening => "evening",
    }
}

fn asked(request: &RequestLine) -> Markup {
    let words = match request.kind.as_str() {
        "opt-out" => "Wants no more texts",
        "wrong-person" => "“This isn’t me”: texts to this number are stopped until you settle it",
        "birth-date-question" => "“My birth date is right”: please check the birth date you have",
        "new-link" => "Asks for a new link",
        "help" => "Asks for help",
        other => other,
    };
    html! { p.notice { (words) " " span.soft.small { (when::short(request.booked_at)) } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_protocol::time::Timestamp;

    fn empty() -> Inbox {
        Inbox { waiting: vec![], messages: vec![], records: vec![], requests: vec![], incidents: vec![] }
    }

    #[test]
    fn an_incident_stands_above_everything() {
        let incident = IncidentLine {
            id: 1,
            lid: None,
            reason: "seal".into(),
            words: "The answer's seal does not hold.",
            at: Timestamp(0),
            resolved_at: None,
            event: serde_json::Value::Null,
        };
        let page = page("Oak", &Inbox { incidents: vec![incident], ..empty() }, None).into_string();
        assert!(page.contains("Needs a person") && page.contains("seal does not hold"), "{page}");
    }

    #[test]
    fn what_a_refusal_says_is_shown_as_text() {
        let page = page("Oak", &empty(), Some(&Notice::Failed("<b>no</b>".into()))).into_string();
        assert!(page.contains("&lt;b&gt;no&lt;/b&gt;") && page.contains(r#"role="alert""#), "{page}");
    }

    #[test]
    fn nothing_on_the_page_is_inline() {
        let page = page("Oak", &empty(), None).into_string();
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains("<script>"), "{page}");
    }
}
