//! The wire between browser and portal: an HTTP proxy that everything the browser sends goes through. It records each
//! exchange, lets nothing out to another host, and can lose, delay or cut what journeys tell it to.

mod exchange;
mod fault;
mod pass;

pub use exchange::{Exchange, UNREAD};
pub use fault::{Fault, Held};

use anyhow::Result;
use fault::Faults;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Where browsers send reports of the content security policy; the wire asks for them and answers them itself.
const REPORTS: &str = "/wire-csp-report";

/// A running wire. Dropping it cuts it.
pub struct Wire {
    port: u16,
    state: Arc<State>,
    listener: JoinHandle<()>,
}

/// What all connections share.
struct State {
    made: Instant,
    /// The one host and port that requests may reach.
    origin: Mutex<String>,
    /// Hosts elsewhere, `name:port`, that the patient may be led to, and the local ports that stand for them.
    elsewhere: Mutex<Vec<(String, u16)>>,
    exchanges: Mutex<Vec<Exchange>>,
    reports: Mutex<Vec<String>>,
    faults: Faults,
}

impl Wire {
    /// Starts listening; only `origin` (host:port) can be reached through it.
    pub async fn to(origin: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State {
            made: Instant::now(),
            origin: Mutex::new(origin.to_owned()),
            elsewhere: Mutex::default(),
            exchanges: Mutex::default(),
            reports: Mutex::default(),
            faults: Faults::default(),
        });
        let shared = Arc::clone(&state);
        let listener = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                // A broken connection is the browser's to report, as on a real line.
                tokio::spawn(async move { pass::connection(stream, &shared).await });
            }
        });
        Ok(Self { port, state, listener })
    }

    /// The port browsers use as their proxy.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on `host` (`name:port`) can be reached too, over TLS: it is the one at this port of this machine.
    pub fn lead_to(&self, host: &str, port: u16) {
        lock(&self.state.elsewhere).push((host.to_owned(), port));
    }

    /// From now on, requests whose path holds `path` meet this fault.
    pub fn fault(&self, path: &str, fault: Fault) {
        self.state.faults.set(path, fault);
    }

    /// Requests whose path holds `path` wait until the returned handle is released or dropped.
    pub fn hold(&self, path: &str) -> Held {
        self.state.faults.hold(path)
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.state.faults.clear();
    }

    /// Everything that was asked so far, in the order it was asked.
    pub fn exchanges(&self) -> Vec<Exchange> {
        lock(&self.state.exchanges).clone()
    }

    /// How many requests so far had a path that holds `path`.
    pub fn count(&self, path: &str) -> usize {
        lock(&self.state.exchanges).iter().filter(|exchange| exchange.path().contains(path)).count()
    }

    /// Breaches of the content security policy that the browser reported.
    pub fn policy_reports(&self) -> Vec<String> {
        lock(&self.state.reports).clone()
    }

    /// The host and port this wire leads to.
    pub fn origin(&self) -> String {
        lock(&self.state.origin).clone()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
