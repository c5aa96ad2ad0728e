//! Connections: how many, how slow they may be, how they end. One accepted here is served until its caller leaves, is too
//! slow, or the portal stops.

use crate::{
    http::Peer,
    log::{self, Cause, Line},
    rules::{ANSWER_SECONDS, HEAD_BYTES, HEAD_SECONDS, HEADERS},
};
use axum::{Router, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How patient a portal is with a connection.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until a head is there, and until the next call comes.
    pub head: Duration,
    /// While nothing of an answer is taken.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(HEAD_SECONDS), answer: Duration::from_secs(ANSWER_SECONDS) }
    }
}

/// Serves until `stop`, then lets running calls finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: usize,
    patience: Patience,
    stop: impl Future<Output = ()> + Send,
) {
    let places = Arc::new(Semaphore::new(connections.clamp(1, Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_header_size(HEAD_BYTES)
        .max_headers(HEADERS);
    tokio::pin!(stop);
    loop {
        // With every place taken nothing is accepted: the next ones wait in the system's own short queue.
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                log::write(&Line::AcceptFailed(&Cause::from(&error)));
                // No file may be left to open; one is as soon as a call ends.
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (peer, router) = (Peer(peer.ip()), router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            router.clone().oneshot(request)
        });
        let connection = graceful.watch(http.serve_connection(io(stream, patience), service));
        tokio::spawn(async move {
            // How a connection ends is its caller's business.
            drop(connection.await);
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

type Io = TokioIo<Pin<Box<TimeoutStream<TcpStream>>>>;

fn io(stream: TcpStream, patience: Patience) -> Io {
    // An answer is small: waiting to fill a packet would only make it late. Where that cannot be said it is late.
    drop(stream.set_nodelay(true));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.answer));
    TokioIo::new(Box::pin(stream))
}
