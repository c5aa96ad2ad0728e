//! `postern desk`.

use super::{open, print};
use crate::{
    cli::{ClockSetting, DeskCommand, Output, State},
    clock,
    failure::Failure,
    log, staff, stop,
};
use postern_desk::{clinic::Clinic, desk::Desk, enrolment::PortalPin, transport::FileTransport};
use std::{fs, path::Path};

pub async fn run(command: DeskCommand) -> Result<(), Failure> {
    match command {
        DeskCommand::Init { state, clinic, clock } => init(&state, &clinic, &clock).await,
        DeskCommand::Texting { state, clinic, clock } => texting(&state, &clinic, &clock).await,
        DeskCommand::Actions { state, clinic, clock } => actions(&state, &clinic, &clock).await,
        DeskCommand::Replies { state, clinic, clock } => replies(&state, &clinic, &clock).await,
        DeskCommand::Pin { state, file, clock } => pin(&state, &file, &clock).await,
        DeskCommand::Run { state, clock } => read_feed(&state, &clock).await,
        DeskCommand::ExportKeys { state, output } => export_keys(&state, output).await,
    }
}

async fn init(state: &State, clinic: &Path, clock: &ClockSetting) -> Result<(), Failure> {
    let clinic = Clinic::from_toml(&open::text(clinic)?)?;
    let folder = &state.folder;
    let clock = clock::for_desk(clock.clock, folder);
    let desk = Desk::init(folder, clinic, &open::unlock(folder), clock, open::rng(), &staff::name()).await?;
    let file = folder.join("enrolment.json");
    fs::write(&file, serde_json::to_vec_pretty(&desk.enrolment())?)?;
    desk.shut().await;
    print::line(&format!(
        "The desk is made. Next, at the portal: postern portal enrol {}\n\
         It prints a file; give that to: postern desk pin",
        file.display()
    ))
}

async fn texting(state: &State, clinic: &Path, clock: &ClockSetting) -> Result<(), Failure> {
    let clinic = Clinic::from_toml(&open::text(clinic)?)?;
    let mut desk = open::desk(state, clock).await?;
    let done = desk.use_texting(&clinic).await;
    desk.shut().await;
    done?;
    print::line(
        "Consents are asked for with this from now on. A desk that runs takes it up when it is started again.",
    )
}

async fn actions(state: &State, clinic: &Path, clock: &ClockSetting) -> Result<(), Failure> {
    let clinic = Clinic::from_toml(&open::text(clinic)?)?;
    let mut desk = open::desk(state, clock).await?;
    let done = desk.use_actions(&clinic).await;
    desk.shut().await;
    done?;
    print::line(&format!(
        "Messages may lead to: {}. A desk that runs takes it up when it is started again.",
        match &clinic.actions.hosts[..] {
            [] => "nowhere".to_owned(),
            hosts => hosts.join(", "),
        }
    ))
}

async fn replies(state: &State, clinic: &Path, clock: &ClockSetting) -> Result<(), Failure> {
    let clinic = Clinic::from_toml(&open::text(clinic)?)?;
    let mut desk = open::desk(state, clock).await?;
    let done = desk.use_replies(&clinic).await;
    desk.shut().await;
    done?;
    print::line(if clinic.replies.is_some() {
        "Messages offer a reply with these hours from now on. A desk that runs takes it up when it is started again."
    } else {
        "Messages offer no reply from now on: the file has no [replies]. What patients write to earlier ones still comes in."
    })
}

async fn pin(state: &State, file: &Path, clock: &ClockSetting) -> Result<(), Failure> {
    let pin: PortalPin = open::json(file)?;
    let desk = open::desk(state, clock).await?;
    desk.pin(&pin).await?;
    desk.shut().await;
    print::line(&format!(
        "This desk sends through {} and accepts its receipts. Next: postern patients import",
        pin.origin
    ))
}

async fn read_feed(state: &State, clock: &ClockSetting) -> Result<(), Failure> {
    log::start();
    let desk = open::desk(state, clock).await?;
    let portal = open::portal(&desk).await?;
    let transport = FileTransport::in_state(desk.state());
    eprintln!("postern: reading answers; Ctrl-C ends it");
    desk.run(&portal, &transport, stop::asked(), log::desk_report).await;
    desk.shut().await;
    Ok(())
}

async fn export_keys(state: &State, output: Output) -> Result<(), Failure> {
    if !output.json {
        return Err(Failure::failed(
            "this prints private keys: say --json to have them on standard output, and keep them where you keep the vault",
        ));
    }
    let desk = open::desk(state, &ClockSetting { clock: None }).await?;
    let keys = desk.export_keys().await?;
    desk.shut().await;
    print::json(&keys)
}
