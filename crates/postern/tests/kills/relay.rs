//! Stands between callers and the portal, and can tell of an answer or swallow it: the product has no switch for faults.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// What is done with the next answer to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It goes through.
    None,
    /// It is lost: the call was done, its answer never comes.
    Swallow {
        /// Of requests that begin so.
        request: &'static str,
    },
    /// It goes through, and the test is told at once.
    Tell {
        /// Of requests that begin so.
        request: &'static str,
        /// And only where the answer holds this.
        answer: &'static str,
    },
}

struct Shared {
    portal: SocketAddr,
    fault: Mutex<Fault>,
    met: Notify,
}

/// A running relay.
#[derive(Clone)]
pub struct Relay {
    /// Where it listens.
    pub origin: String,
    shared: Arc<Shared>,
}

impl Relay {
    /// Relays to a portal from now on.
    pub async fn to(portal: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared { portal, fault: Mutex::new(Fault::None), met: Notify::new() });
        let relay = Self { origin, shared: shared.clone() };
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                tokio::spawn(carry(caller, shared.clone()));
            }
        });
        relay
    }

    /// Plans a fault for the next answer that fits; it happens once.
    pub fn plan(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// Waits until the planned fault has happened.
    pub async fn met(&self) {
        self.shared.met.notified().await;
    }
}

enum Answer {
    Passes,
    PassesAndIsTold,
    IsLost,
}

impl Shared {
    fn meet(&self, request: &str, answer: &[u8]) -> Answer {
        let mut fault = self.fault.lock().unwrap();
        let met = match *fault {
            Fault::None => return Answer::Passes,
            Fault::Swallow { request: begins } if request.starts_with(begins) => Answer::IsLost,
            Fault::Tell { request: begins, answer: holds }
                if request.starts_with(begins) && String::from_utf8_lossy(answer).contains(holds) =>
            {
                Answer::PassesAndIsTold
            }
            _ => return Answer::Passes,
        };
        *fault = Fault::None;
        met
    }
}

async fn carry(mut caller: TcpStream, shared: Arc<Shared>) -> Option<()> {
    let mut portal = TcpStream::connect(shared.portal).await.ok()?;
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut request = String::new();
    loop {
        tokio::select! {
            read = caller.read(&mut asked) => {
                let bytes = &asked[..read.ok().filter(|read| *read > 0)?];
                // A body is JSON: only the first bytes of a request begin with its method.
                if [&b"GET /"[..], b"PUT /", b"POST /"].iter().any(|method| bytes.starts_with(method)) {
                    request = String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().to_owned();
                }
                portal.write_all(bytes).await.ok()?;
            }
            read = portal.read(&mut answered) => {
                let bytes = &answered[..read.ok().filter(|read| *read > 0)?];
                match shared.meet(&request, bytes) {
                    Answer::Passes => caller.write_all(bytes).await.ok()?,
                    Answer::PassesAndIsTold => {
                        caller.write_all(bytes).await.ok()?;
                        shared.met.notify_one();
                    }
                    Answer::IsLost => {
                        shared.met.notify_one();
                        return None;
                    }
                }
            }
        }
    }
}
