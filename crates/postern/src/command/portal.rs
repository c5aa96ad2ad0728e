//! `postern portal`.

use super::{open, print};
use crate::{
    cli::{PortalCommand, SharedStoresSetting},
    failure::Failure,
    log, stop,
};
use axum::Router;
use postern_portal::{Portal, SharedStores, SystemClock};
use rand_core::OsRng;
use std::{net::SocketAddr, path::Path, sync::Arc};
use tokio::net::TcpListener;

pub async fn run(command: PortalCommand) -> Result<(), Failure> {
    match command {
        PortalCommand::Init { state, origin, shared } => init(&state.folder, &origin, shared),
        PortalCommand::Enrol { state, file } => enrol(&state.folder, &file).await,
        PortalCommand::Run { state, app, listen, metrics, limits } => {
            let portal = open_portal_to_serve(&state.folder).await?.with_limits(limits.limits());
            let served = serve(&portal, &app, listen, metrics).await;
            portal.close().await;
            served
        }
    }
}

fn init(state: &Path, origin: &str, shared: Option<SharedStoresSetting>) -> Result<(), Failure> {
    match shared {
        None => Portal::init(state, origin, Box::new(OsRng))?,
        Some(SharedStoresSetting { store, link_keys }) => {
            // Read here, not with the other arguments: what refuses those repeats them, a password too.
            let store = store.parse()?;
            // A relative path would be another folder wherever the portal is started from.
            let link_keys = link_keys.canonicalize().map_err(|error| {
                Failure::failed(format!("the folder of the link keys, {}: {error}", link_keys.display()))
            })?;
            Portal::init_shared(state, origin, SharedStores { store, link_keys }, Box::new(OsRng))?;
        }
    }
    print::line(
        "The portal is made. Next, at a clinic: postern desk init; then here: postern portal enrol CLINIC.json",
    )
}

async fn open_portal(state: &Path) -> Result<Portal, Failure> {
    if !state.join("portal.json").is_file() {
        let folder = state.display();
        return Err(Failure::failed(format!(
            "there is no portal in {folder}: make one with `postern portal init`"
        )));
    }
    let password = open::store_password();
    Ok(Portal::open_with_password(state, Arc::new(SystemClock), Box::new(OsRng), password).await?)
}

async fn enrol(state: &Path, file: &Path) -> Result<(), Failure> {
    let enrolment = open::json(file)?;
    let portal = open_portal(state).await?;
    let pin = portal.enrol(&enrolment).await?;
    portal.close().await;
    eprintln!(
        "postern: {} is enrolled; it is served from the portal's next start. What is on standard output is for `postern desk pin`",
        enrolment.clinic.name
    );
    print::json(&pin)
}

async fn open_portal_to_serve(state: &Path) -> Result<Portal, Failure> {
    log::start();
    open_portal(state).await
}

async fn serve(
    portal: &Portal,
    app: &Path,
    listen: SocketAddr,
    metrics: Option<SocketAddr>,
) -> Result<(), Failure> {
    let listener = bind(listen).await?;
    let running = portal.start(Some(app)).await?;
    tracing::info!(address = %listener.local_addr()?, "the portal listens");
    if let Some(metrics) = metrics {
        let listener = bind(metrics).await?;
        tracing::info!(address = %listener.local_addr()?, "metrics are told");
        let router = running.metrics();
        // It ends with the program: who watches is to see the end too.
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    Ok(running.serve(listener, Router::new(), stop::asked()).await?)
}

/// Binds the address, and says what to do where it is taken.
pub async fn bind(listen: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(listen).await.map_err(|error| {
        Failure::failed(format!(
            "cannot listen on {listen}: {error}; another port can be chosen with --listen"
        ))
    })
}
