//! A started portal: its router, its sweeps, its end.

use crate::{
    router::router,
    service::Service,
    sweep::{keep_sweeping, sweep},
};
use axum::{Router, serve::ListenerExt};
use std::{future::Future, io, sync::Arc};
use tokio::{net::TcpListener, sync::watch};

/// A started portal.
pub struct Running {
    service: Arc<Service>,
    stop: watch::Sender<bool>,
}

/// A sweep could not finish; the next one tries again.
#[derive(Debug, thiserror::Error)]
#[error("the sweep could not finish")]
pub struct SweepError;

impl Running {
    pub(crate) fn new(service: Service, stop: watch::Sender<bool>) -> Self {
        Self { service: Arc::new(service), stop }
    }

    /// Every route, with routes of the caller's beside them.
    pub fn router(&self, beside: Router) -> Router {
        router(self.service.clone(), beside)
    }

    /// Does everything that is due now.
    ///
    /// # Errors
    /// The stores'.
    pub async fn sweep(&self) -> Result<(), SweepError> {
        sweep(&self.service).await.map_err(|refusal| {
            tracing::error!(error = ?refusal, "sweep failed");
            SweepError
        })
    }

    /// Serves until `shutdown`; waiting calls then answer at once and running ones finish.
    ///
    /// # Errors
    /// The listener's.
    pub async fn serve(
        &self,
        listener: TcpListener,
        beside: Router,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let sweeps = tokio::spawn(keep_sweeping(self.service.clone()));
        let stop = self.stop.clone();
        // An answer is small: waiting to fill a packet would only make it late.
        let listener = listener.tap_io(|connection| {
            if connection.set_nodelay(true).is_err() {
                tracing::debug!("a connection keeps Nagle's algorithm");
            }
        });
        let served = axum::serve(listener, self.router(beside))
            .with_graceful_shutdown(async move {
                shutdown.await;
                stop.send_replace(true);
            })
            .await;
        self.stop.send_replace(true);
        if sweeps.await.is_err() {
            tracing::error!("the sweeps ended by a panic");
        }
        served
    }
}
