//! `postern suppress`.

use super::{open, print};
use crate::{
    cli::{SuppressChange, SuppressCommand, SuppressWhich},
    failure::Failure,
};
use postern_desk::{
    history::About,
    rules::suppress::{Suppressed, Suppression},
};
use postern_fhir::instant;

pub async fn run(command: SuppressCommand) -> Result<(), Failure> {
    match command {
        SuppressCommand::Add(change) => book(change, Suppression::Add).await,
        SuppressCommand::Lift(change) => book(change, Suppression::Lift).await,
        SuppressCommand::Show { state, which, clock, output } => {
            let about = about(&which)?;
            let desk = open::desk(&state, &clock).await?;
            let shown = desk.suppressions(&about).await;
            desk.shut().await;
            let shown = shown?;
            print::result(output, &shown, || in_words(&shown))
        }
    }
}

async fn book(change: SuppressChange, suppression: Suppression) -> Result<(), Failure> {
    let about = about(&change.which)?;
    let mut desk = open::desk(&change.state, &change.clock).await?;
    if let Some(by) = &change.by {
        desk = desk.acting_for(by);
    }
    let booked = desk.suppress(&about, suppression, change.scope, &change.reason).await;
    desk.shut().await;
    let booked = booked?;
    print::result(change.output, &booked, || in_words(&booked))
}

fn about(which: &SuppressWhich) -> Result<About, Failure> {
    match (&which.patient, &which.number) {
        (Some(id), _) => Ok(About::Patient(id.clone())),
        (None, Some(file)) => Ok(About::Number(open::text(file)?)),
        (None, None) => unreachable!("the command line asks for one of them"),
    }
}

fn in_words(numbers: &[Suppressed]) -> String {
    numbers.iter().map(one_in_words).collect::<Vec<_>>().join("\n")
}

/// Never the number itself: the terminal keeps what it shows.
fn one_in_words(one: &Suppressed) -> String {
    let people: Vec<&str> = one.patients.iter().map(|who| who.id.as_str()).collect();
    let whose = if people.is_empty() { "nobody yet".to_owned() } else { people.join(", ") };
    let mut words = format!("number of {whose}: ");
    words += &match &one.opted_out[..] {
        [] => "no opt-out stands".to_owned(),
        out => {
            let each = out.iter().map(|out| format!("{} since {}", out.scope, instant::to_text(out.at.0)));
            format!("no texts: {}", each.collect::<Vec<_>>().join(", "))
        }
    };
    if one.reported {
        words += "; REPORTED as not the patient's: no texts until that is settled";
    }
    words
}
