//! `postern consent`.

use super::{open, print};
use crate::{
    cli::{ConsentCommand, ConsentRecord, ConsentReplay, ConsentShow},
    failure::Failure,
    paper,
};
use postern_desk::{
    consent::{ConsentLine, KeptConsent, NamedText, OnPaper, PaperError, Proof, page},
    refusal::Refusal,
};
use postern_fhir::{
    consent::{ConsentKind, ConsentStatus},
    instant,
};
use postern_protocol::category::{Category, NoSuchCategory};

pub async fn run(command: ConsentCommand) -> Result<(), Failure> {
    match command {
        ConsentCommand::Show(command) => show(command).await,
        ConsentCommand::Replay(command) => replay(command).await,
        ConsentCommand::Record(command) => record(command).await,
    }
}

async fn show(command: ConsentShow) -> Result<(), Failure> {
    let desk = open::desk(&command.state, &command.clock).await?;
    let shown = match (&command.consent, &command.patient) {
        (Some(id), _) => desk.consent(id).await.map(|line| vec![line]).map_err(Failure::from),
        (None, patient) => {
            desk.consents_of(patient.as_deref().unwrap_or_default()).await.map_err(Failure::from)
        }
    };
    desk.shut().await;
    let shown = shown?;
    match (&command.consent, &shown[..]) {
        (Some(_), [line]) => print::result(command.output, line, || in_words(line)),
        _ => print::result(command.output, &shown, || {
            if shown.is_empty() {
                return "Nothing is recorded of this patient.".to_owned();
            }
            shown.iter().map(in_words).collect::<Vec<_>>().join("\n")
        }),
    }
}

fn in_words(line: &ConsentLine) -> String {
    let given = instant::to_text(line.given_at.0);
    let mut words = format!("{} {given}: {} {}", line.id, line.kind, line.status);
    if !line.permits.is_empty() {
        words += &format!(", permits {}", line.permits.join(", "));
    }
    if let Some(name) = &line.signature {
        words += &format!(", signed with the name {name}");
    }
    if let KeptConsent::Paper(paper) = &line.kept {
        words += &format!(", on paper, seen by {}", paper.witness);
    }
    for text in &line.policies {
        words += &format!("; names {text}");
    }
    match line.broken {
        None => words + "; its proof holds",
        Some(what) => words + &format!("; ITS PROOF DOES NOT HOLD ({what})"),
    }
}

async fn replay(command: ConsentReplay) -> Result<(), Failure> {
    let desk = open::desk(&command.state, &command.clock).await?;
    let keys = desk.portal_keys().await?;
    let kept = match (&command.file, &command.consent) {
        (Some(file), _) => proof_of(&open::json(file)?)?,
        (None, id) => desk.consent(id.as_deref().unwrap_or_default()).await?.kept,
    };
    desk.shut().await;
    let KeptConsent::Page(proof) = kept else {
        return Err(Failure::failed("this consent was given on paper: the scan is its page"));
    };
    let held = proof.check(&keys).map_err(|broken| {
        let remedy = "Compare it with the patient's own proof and with a backup.";
        Failure::Refused(vec![Refusal::new(
            "consent-changed",
            format!("This consent does not hold: {broken}"),
            remedy,
        )])
    })?;
    let Some(file) = command.html else {
        let named: String = NamedText::of(&held.given).iter().map(|text| format!("\n- {text}")).collect();
        return print::line(&format!("{}\n\nTexts that it names:{named}", page::as_text(&held.page)));
    };
    paper::write(&file, &paper::consent::page(&held))?;
    print::line(&format!("the page is in {}", file.display()))
}

/// Out of what `consent show --json` printed, or out of the proof alone.
fn proof_of(file: &serde_json::Value) -> Result<KeptConsent, Failure> {
    if let Some(kept) = file.get("kept") {
        return Ok(serde_json::from_value(kept.clone())?);
    }
    Ok(KeptConsent::Page(Box::new(serde_json::from_value::<Proof>(file.clone())?)))
}

async fn record(command: ConsentRecord) -> Result<(), Failure> {
    let kind = ConsentKind::from_code(&command.kind)
        .ok_or_else(|| Failure::failed("a consent on paper is about care-texts or marketing"))?;
    let status = match command.instead.as_deref() {
        None => ConsentStatus::Active,
        Some("refused") => ConsentStatus::Rejected,
        Some("taken-back") => ConsentStatus::Inactive,
        Some(_) => return Err(Failure::failed("--instead is refused or taken-back")),
    };
    let categories: Result<Vec<Category>, NoSuchCategory> =
        command.category.iter().map(|one| one.parse()).collect();
    let scan = std::fs::read(&command.scan)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", command.scan.display())))?;
    let paper = OnPaper {
        patient: command.patient,
        kind,
        categories: categories?,
        status,
        at: command.at,
        signature: command.signature,
        witness: command.witness,
        scan,
    };
    let desk = open::desk(&command.state, &command.clock).await?;
    let booked = desk.record_consent(&paper).await;
    desk.shut().await;
    let id = match booked {
        Ok(id) => id,
        Err(PaperError::Refused(refusals)) => return Err(Failure::Refused(refusals)),
        Err(error) => return Err(error.into()),
    };
    let told = serde_json::json!({ "consent": id });
    print::result(command.output, &told, || {
        format!("booked as consent {id}; keep the scan, only its hash is stored")
    })
}
