//! FHIR's resources, moments, and the Markdown of a text.

use super::stable;
use crate::{Target, seed};
use postern_desk::forms;
use postern_fhir::{
    Appointment, AppointmentResponse, Bundle, Communication, Consent, Entry, Patient, Preferences, instant,
    markdown::{self, Block, Inline, Target as Goal},
    preferences::Wish,
    questionnaire::Session,
};
use postern_json::Value;
use postern_protocol::page::Page;
use std::sync::LazyLock;

pub const TARGETS: &[Target] = &[
    Target { name: "fhir-bundle", law: bundle, cases: 500 },
    Target { name: "fhir-answer", law: answer, cases: 500 },
    Target { name: "fhir-consent", law: consent, cases: 500 },
    Target { name: "fhir-preferences", law: preferences, cases: 500 },
    Target { name: "fhir-patient", law: patient, cases: 500 },
    Target { name: "fhir-form", law: form, cases: 500 },
    Target { name: "fhir-form-answers", law: form_answers, cases: 500 },
    Target { name: "fhir-instant", law: moment, cases: 1_000 },
    Target { name: "fhir-markdown", law: text, cases: 1_000 },
];

fn bundle(bytes: &[u8]) {
    stable::<Bundle>(bytes);
    if let Ok(bundle) = serde_json::from_slice::<Bundle>(bytes) {
        for visit in bundle.appointments() {
            let _ = (
                visit.who().count(),
                visit.place(),
                visit.can_be_answered(),
                visit.answers_end(),
                visit.reference(),
            );
            stable::<Appointment>(visit.write().to_string().as_bytes());
        }
        for told in bundle.communications() {
            stable::<Communication>(told.write().to_string().as_bytes());
            told.payload.iter().for_each(|words| text(words.as_bytes()));
        }
        // What another resource says was never read, so it cannot be written.
        let known = bundle.entries.iter().filter(|entry| !matches!(entry, Entry::Other(_))).cloned();
        assert_eq!(Bundle::read(&bundle.write()), Ok(Bundle::of(known)));
    }
}

fn answer(bytes: &[u8]) {
    stable::<AppointmentResponse>(bytes);
    if let Ok(answer) = serde_json::from_slice::<AppointmentResponse>(bytes) {
        assert_eq!(AppointmentResponse::read(&answer.write()), Ok(answer));
    }
}

fn consent(bytes: &[u8]) {
    stable::<Consent>(bytes);
    let Ok(consent) = serde_json::from_slice::<Consent>(bytes) else { return };
    let _ = consent.lacks();
    assert_eq!(Consent::read(&consent.write()), Ok(consent.clone()));
    for page in [&consent.page, &consent.take_back_page].into_iter().flatten() {
        // One page has one text.
        if let Some(page) = Page::from_canonical(page) {
            assert_eq!(Page::from_canonical(&page.canonical()), Some(page));
        }
    }
}

fn preferences(bytes: &[u8]) {
    stable::<Preferences>(bytes);
    stable::<Wish>(bytes);
    if let Ok(sheet) = serde_json::from_slice::<Preferences>(bytes) {
        assert_eq!(Preferences::read(&sheet.write()), Ok(sheet));
    }
    if let Ok(wish) = serde_json::from_slice::<Wish>(bytes) {
        assert_eq!(Wish::read(&wish.write()), Ok(wish));
    }
}

fn patient(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    for patient in Patient::read_all(&value).unwrap_or_default().into_iter().chain(Patient::read(&value)) {
        let _ = (patient.display_name(), patient.sms_number(), patient.language());
        assert_eq!(Patient::read(&patient.write()), Ok(patient));
    }
}

fn form(bytes: &[u8]) {
    let Ok(value) = postern_json::parse(bytes) else { return };
    match forms::look_over(&value) {
        Ok(sendable) => resumes(&Session::start(sendable.form)),
        Err(reasons) => assert!(!reasons.is_empty()),
    }
}

fn form_answers(bytes: &[u8]) {
    static SENT: LazyLock<Value> = LazyLock::new(|| postern_json::parse(seed::FORM.as_bytes()).unwrap());
    let Ok(value) = postern_json::parse(bytes) else { return };
    if let Ok(received) = forms::receive(&SENT, &value) {
        resumes(&received);
    }
}

/// What was answered is read from what is written of it.
fn resumes(session: &Session) {
    let draft = session.draft();
    assert_eq!(Session::resume(session.form().clone(), &draft).unwrap().session.draft(), draft);
}

fn moment(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(read) = instant::parse(&text) {
        let written = instant::to_text(read.milliseconds);
        assert_eq!(
            instant::parse(&written).unwrap().milliseconds,
            read.milliseconds,
            "{text} became {written}"
        );
    }
}

fn text(bytes: &[u8]) {
    for block in markdown::parse(&String::from_utf8_lossy(bytes)) {
        match block {
            Block::Paragraph(line) => goals(&line),
            Block::Bullets(items) | Block::Numbers { items, .. } => items.iter().for_each(|item| goals(item)),
        }
    }
}

/// A link goes only where a link may go.
fn goals(line: &[Inline]) {
    for part in line {
        match part {
            Inline::Link { target, .. } => assert_eq!(Goal::parse(&target.href).as_ref(), Some(target)),
            Inline::Emphasis(inner) | Inline::Strong(inner) => goals(inner),
            Inline::Text(_) | Inline::LineBreak => {}
        }
    }
}
