//! `postern send`.

use super::{open, print};
use crate::{
    cli::{Output, Send},
    failure::{Failure, in_words},
};
use postern_desk::{
    consent::Ask,
    send::{Also, Content, Expiry, Preview, SendError, SendRequest, Sent},
    transport::FileTransport,
};
use postern_fhir::{Task, instant, task::ActionKind};
use std::path::Path;

pub async fn run(send: Send) -> Result<(), Failure> {
    let request = request(&send)?;
    let desk = open::desk(&send.state, &send.clock).await?;
    if send.dry_run {
        let preview = desk.dry_run(&request).await?;
        print::result(send.output, &preview, || preview_in_words(&preview))?;
        return if preview.would_send { Ok(()) } else { Err(Failure::Refused(preview.refusals)) };
    }
    let portal = open::portal(&desk).await?;
    let sent = desk.send(&portal, &FileTransport::in_state(desk.state()), &request).await;
    desk.shut().await;
    report(send.output, sent)
}

fn request(send: &Send) -> Result<SendRequest, Failure> {
    let content = match (&send.bundle, &send.subject, &send.text_file, &send.appointment) {
        _ if send.consent.is_some() => Content::Consent(ask(send.consent.as_deref().unwrap_or_default())?),
        (Some(file), ..) => Content::Bundle(open::json(file)?),
        (_, Some(subject), Some(file), _) => {
            Content::Text { subject: subject.clone(), text: open::text(file)? }
        }
        (.., Some(file)) => Content::Appointment(open::json(file)?),
        _ => Content::Template,
    };
    let also = send.also.iter().map(|(patient, file)| {
        Ok::<_, Failure>(Also { to: patient.clone(), content: Content::Bundle(open::json(file)?) })
    });
    let also: Result<Vec<Also>, Failure> = also.collect();
    let template = send.template.as_deref().map(str::parse).transpose()?;
    Ok(SendRequest {
        template,
        expires: Expiry::from_seconds(send.expires)?,
        idempotency_key: send.idempotency_key.clone(),
        no_reply: send.no_reply,
        category: send.category,
        checked_in: send.checked_in,
        action: action(send)?,
        helper: send.helper.clone(),
        also: also?,
        ..SendRequest::new(send.to.as_str(), content)
    })
}

/// What is to be done elsewhere. The address comes in a file: it may name the patient, and a command line is seen by others.
fn action(send: &Send) -> Result<Option<Task>, Failure> {
    let (kind, file) = match (&send.pay, &send.join) {
        (Some(file), _) => (ActionKind::Pay, file),
        (_, Some(file)) => (ActionKind::JoinVisit, file),
        _ => return Ok(None),
    };
    Ok(Some(Task::new(kind, open::text(file)?.trim())))
}

/// A kind by its name, else a file: its first line is the title.
fn ask(consent: &str) -> Result<Ask, Failure> {
    match consent {
        "care-texts" => Ok(Ask::CareTexts),
        "marketing" => Ok(Ask::Marketing),
        file => {
            let words = open::text(Path::new(file))?;
            let (title, text) = words.trim().split_once('\n').unwrap_or((words.trim(), ""));
            if text.trim().is_empty() {
                return Err(Failure::failed("the file has a title in its first line, and the text after it"));
            }
            Ok(Ask::Authorization { title: title.trim().to_owned(), text: text.trim().to_owned() })
        }
    }
}

fn report(output: Output, sent: Result<Sent, SendError>) -> Result<(), Failure> {
    match sent {
        Ok(sent) => print::result(output, &sent, || {
            let again = if sent.repeated { "It had been sent, or begun, before: " } else { "" };
            let until = instant::to_text(sent.expires.0);
            format!("{again}sent as text {}; link {}, until {until}", sent.n, sent.lid.to_text())
        }),
        Err(SendError::Refused(refusals)) => {
            if output.json {
                print::json(&serde_json::json!({ "refusals": refusals }))?;
            }
            Err(Failure::Refused(refusals))
        }
        Err(SendError::Waiting { returns_at }) => {
            let waits = serde_json::json!({ "waiting": "number-unconfirmed", "returns_at": returns_at });
            print::result(output, &waits, || {
                let until = instant::to_text(returns_at.0);
                format!(
                    "It waits: nothing shows yet that the number is the patient's. The patient is asked by text, and the \
                     message goes by itself once the number is confirmed. It comes back at {until}."
                )
            })
        }
        Err(SendError::Abandoned { why, .. }) => Err(Failure::Refused(vec![why])),
        Err(error) => Err(Failure::failed(in_words(&error))),
    }
}

fn preview_in_words(preview: &Preview) -> String {
    let mut words = format!(
        "Text ({} places, {} part{}):\n  {}\n",
        preview.length.places,
        preview.length.segments,
        if preview.length.segments == 1 { "" } else { "s" },
        preview.text
    );
    if let Some(language) = &preview.language_missing {
        words += &format!("There are no words in {language} yet; the text is in {}.\n", preview.language);
    }
    if let Some(view) = &preview.patient_view {
        let indented: Vec<String> = view.lines().map(|line| format!("  {line}")).collect();
        words += &format!("\nThe patient reads:\n{}\n", indented.join("\n"));
    }
    words += &format!("\nThe link would live until {}. ", instant::to_text(preview.expires.0));
    words
        + if preview.would_send {
            "Nothing stands against sending it; nothing was sent."
        } else {
            "Nothing was sent."
        }
}
