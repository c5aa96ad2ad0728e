//! `postern demo`: portal and desk in one process, a made-up clinic, and two pages to try them with. The portal is the same as
//! ever; the demo's routes stand beside it, in this mode only.

mod content;
mod direct;
mod folder;
mod outbox;
mod page;
mod routes;
mod seed;
mod when;

use crate::{
    cli,
    clock::MovedClock,
    command::{open, portal::bind, print},
    failure::Failure,
    log, stop,
};
use axum::Router;
use direct::Direct;
use folder::DemoFolder;
use postern_desk::{
    clinic::Clinic,
    desk::{Desk, STORE_FILE},
    enrolment::PortalPin,
    transport::FileTransport,
};
use postern_portal::{Portal, Running};
use postern_protocol::time::Clock;
use rand_core::OsRng;
use routes::Demo;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, Mutex},
};
use tokio::sync::watch;

/// Runs the demo until it is stopped.
///
/// # Errors
/// The address is taken, the app is not built, the folder cannot be used.
pub async fn run(options: cli::Demo) -> Result<(), Failure> {
    log::start_quiet();
    if !options.app.join("assets").is_dir() {
        let app = options.app.display();
        return Err(Failure::failed(format!(
            "there is no built app in {app}: build it with `cargo xtask build`"
        )));
    }
    let listener = bind(options.listen).await?;
    let origin = format!("http://{}", reachable(listener.local_addr()?));
    let mut folder = DemoFolder::open(options.state.as_deref(), &origin)?;
    let clock = Arc::new(options.clock.clock.map_or_else(MovedClock::default, MovedClock::at));

    let portal = open_portal(&folder.portal(), &origin, clock.clone()).await?;
    let desk = open_desk(&folder.desk(), &portal, clock.clone()).await?;
    clock.leave_in(&folder.desk())?;
    seed::greet_patients(&desk, &clock).await?;
    let running = portal.start(Some(&options.app)).await?;
    let direct = Direct::to(running.router(Router::new()), &origin["http://".len()..]);
    let way = desk.portal(Arc::new(direct.clone())).await?;
    seed::publish_texts(&desk, &way).await?;
    if !options.empty && !folder.texts_sent() {
        seed::send_texts(&desk, &way, &direct, &clock).await?;
        folder.note_texts_sent()?;
    }

    let demo = Demo { desk, portal: way, router: running.router(Router::new()), notice: Mutex::new(None) };
    let served = serve(running, listener, Arc::new(demo), &origin).await;
    portal.close().await;
    served
}

async fn serve(
    running: Running,
    listener: tokio::net::TcpListener,
    demo: Arc<Demo>,
    origin: &str,
) -> Result<(), Failure> {
    let (stop, stopped) = watch::channel(());
    let wait = |mut stopped: watch::Receiver<()>| async move {
        // An error means that the sender is gone, which is an end too.
        let _ = stopped.changed().await;
    };
    let reader = tokio::spawn({
        let (demo, stopped) = (demo.clone(), wait(stopped.clone()));
        async move {
            let transport = FileTransport::in_state(demo.desk.state());
            demo.desk.run(&demo.portal, &transport, stopped, log::desk_report).await;
        }
    });
    tokio::spawn(async move {
        stop::asked().await;
        stop.send_replace(());
    });
    print::line(&format!("demo phone: {origin}/demo/phone\ndemo desk:  {origin}/demo/desk"))?;
    running.serve(listener, routes::router(demo.clone()), wait(stopped)).await?;
    reader.await?;
    demo.desk.shut().await;
    Ok(())
}

/// An address that a browser can be sent to: one that means "all of this machine" is none.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port())
    } else {
        listen
    }
}

async fn open_portal(folder: &Path, origin: &str, clock: Arc<dyn Clock>) -> Result<Portal, Failure> {
    if !folder.join("portal.json").is_file() {
        Portal::init(folder, origin, Box::new(OsRng))?;
    }
    // The host of a demo is an address, and people also write "localhost" for it.
    Ok(Portal::open(folder, clock, Box::new(OsRng)).await?.with_any_host())
}

/// The demo clinic's desk, made, enrolled and given its patients where it is new.
async fn open_desk(folder: &Path, portal: &Portal, clock: Arc<dyn Clock>) -> Result<Desk, Failure> {
    let unlock = open::unlock(folder);
    let desk = if folder.join(STORE_FILE).is_file() {
        Desk::open(folder, &unlock, clock, open::rng()).await?
    } else {
        Desk::init(folder, Clinic::from_toml(content::CLINIC_TOML)?, &unlock, clock, open::rng(), "demo")
            .await?
    };
    let mut desk = desk;
    let clinic = Clinic::from_toml(content::CLINIC_TOML)?;
    if desk.clinic().texting != clinic.texting {
        desk.use_texting(&clinic).await?;
    }
    if desk.portal_pin().await?.is_none() {
        // The two rooms share no type here: what one writes, the other reads, as with files in a clinic.
        let enrolment = serde_json::from_value(serde_json::to_value(desk.enrolment())?)?;
        let pin: PortalPin = serde_json::from_value(serde_json::to_value(portal.enrol(&enrolment).await?)?)?;
        desk.pin(&pin).await?;
    }
    desk.import_patients(&content::patients_json(desk.now())).await?;
    Ok(desk)
}
