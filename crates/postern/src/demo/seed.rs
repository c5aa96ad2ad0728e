//! The texts of the first start, and what becomes of each.

use super::{
    content::{self, DemoText, Fate},
    direct::Direct,
    outbox,
};
use crate::{clock::MovedClock, failure::Failure};
use postern_desk::{
    consent::Ask,
    desk::Desk,
    portal::PortalClient,
    rules::confirm::Agreed,
    send::{Content, Expiry, SendRequest, Sent},
    transport::FileTransport,
};
use postern_protocol::{
    category::Category,
    derive::LinkKeys,
    factor::{BirthDate, Factor},
    link,
    opaque::client::Login,
    wire::{authorization::Authorization, desk_policies::PolicyKind, verify::StartRequest},
};
use rand_core::OsRng;

const TWO_HOURS: i64 = 2 * 60 * 60 * 1000;

/// The demo's staff read every patient's number back and had them agree to texts about care: once, since what a patient says
/// later counts. It was before the first text went out.
///
/// # Errors
/// The desk fails.
pub async fn greet_patients(desk: &Desk, clock: &MovedClock) -> Result<(), Failure> {
    if desk.ledger().await?.iter().any(|line| line.kind == "number-confirmed") {
        return Ok(());
    }
    let categories = vec![Category::Appointments, Category::Messages, Category::Forms];
    let agreed = Agreed { categories, paper: "demo".into() };
    clock.shift(-2 * TWO_HOURS);
    let mut booked = Ok(());
    for patient in &content::PATIENTS {
        if booked.is_ok() {
            booked = desk.confirm_number(patient.id, "read back at the demo's counter", Some(&agreed)).await;
        }
    }
    clock.shift(2 * TWO_HOURS);
    Ok(booked?)
}

/// Publishes the demo clinic's own texts, so that it can ask for consents.
///
/// # Errors
/// The desk or portal fails.
pub async fn publish_texts(desk: &Desk, portal: &PortalClient) -> Result<(), Failure> {
    let draft = desk.draft_texting_policy().unwrap_or_default();
    let all = [
        (PolicyKind::Texting, draft.as_str()),
        (PolicyKind::Terms, content::TERMS),
        (PolicyKind::Privacy, content::PRIVACY),
    ];
    for (kind, text) in all {
        desk.publish_policy(portal, kind, &"1".parse()?, &"en".parse()?, text).await?;
    }
    Ok(())
}

/// Asks for a consent, as a clinic does at the front desk.
///
/// # Errors
/// It is refused, or the desk or portal fails.
async fn ask(desk: &Desk, portal: &PortalClient) -> Result<(), Failure> {
    let request = SendRequest {
        idempotency_key: Some("demo-consent".into()),
        ..SendRequest::new(content::PATIENTS[0].id, Content::Consent(Ask::CareTexts))
    };
    desk.send(portal, &FileTransport::in_state(desk.state()), &request).await?;
    Ok(())
}

/// Sends the demo's texts. Called again after it was broken off, it goes on: each has its own key.
///
/// # Errors
/// A text is refused, or the desk or portal fails.
pub async fn send_texts(
    desk: &Desk,
    portal: &PortalClient,
    direct: &Direct,
    clock: &MovedClock,
) -> Result<(), Failure> {
    // A link lives an hour at least: to show one whose time is over, the first texts are sent two hours ago.
    clock.shift(-TWO_HOURS);
    let first = send_all(desk, portal, direct, |fate| fate != Fate::Open).await;
    clock.shift(TWO_HOURS);
    first?;
    ask(desk, portal).await?;
    send_all(desk, portal, direct, |fate| fate == Fate::Open).await
}

async fn send_all(
    desk: &Desk,
    portal: &PortalClient,
    direct: &Direct,
    wanted: impl Fn(Fate) -> bool,
) -> Result<(), Failure> {
    for (index, text) in content::texts(desk.now()).into_iter().enumerate() {
        if wanted(text.fate) {
            let sent = send(desk, portal, &text, index).await?;
            match text.fate {
                Fate::Open | Fate::Expired => {}
                Fate::Recalled => {
                    desk.recall(portal, &sent.lid.to_text()).await?;
                }
                Fate::Locked => guess_until_locked(desk, direct, &sent).await?,
            }
        }
    }
    Ok(())
}

async fn send(desk: &Desk, portal: &PortalClient, text: &DemoText, index: usize) -> Result<Sent, Failure> {
    let content = Content::Bundle(serde_json::to_value(&text.bundle)?);
    let request = SendRequest {
        template: Some(text.template.parse()?),
        expires: if text.fate == Fate::Expired { Expiry::from_seconds(3600)? } else { Expiry::default() },
        idempotency_key: Some(format!("demo-{index}")),
        ..SendRequest::new(text.to.id, content)
    };
    Ok(desk.send(portal, &FileTransport::in_state(desk.state()), &request).await?)
}

/// Types wrong birth dates until no try is left, as somebody else with the phone might.
async fn guess_until_locked(desk: &Desk, direct: &Direct, sent: &Sent) -> Result<(), Failure> {
    let texts = outbox::read(desk.state())?;
    let text = texts.iter().find(|text| text.lid == Some(sent.lid));
    let Some(secret) = text.and_then(|text| link::find_in_text(link_of(&text.text)?)) else {
        return Err(Failure::failed("the demo's own text has no link"));
    };
    let keys = LinkKeys::derive(&secret);
    let authorization = Authorization::Link { lid: keys.lid, claim: keys.claim }.to_header();
    for year in 1900..1911 {
        let wrong = Factor::BirthDate(BirthDate::new(year, 1, 1)?);
        let (_, ke1) = Login::start(&mut OsRng, &keys, &wrong, &desk.clinic().public.id);
        let body = serde_json::to_vec(&StartRequest { slot: 1, ke1: ke1.as_slice().into() })?;
        let answer = direct.call("POST", "/api/v1/verify/start", &authorization, Some(body)).await?;
        if answer.status != 200 {
            break;
        }
    }
    Ok(())
}

fn link_of(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| word.contains("/m#"))
}
