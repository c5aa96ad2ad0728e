//! A started portal: its router, its sweeps, its end.

use crate::{
    log::{self, Line},
    metrics,
    router::router,
    service::Service,
    serving::{self, Patience},
    sweep::{keep_sweeping, sweep},
};
use axum::Router;
use std::{future::Future, io, sync::Arc};
use tokio::{net::TcpListener, sync::watch};

/// A started portal.
pub struct Running {
    service: Arc<Service>,
    stop: watch::Sender<bool>,
    connections: usize,
    patience: Patience,
}

/// A sweep could not finish; the next one tries again.
#[derive(Debug, thiserror::Error)]
#[error("the sweep could not finish")]
pub struct SweepError;

impl Running {
    pub(crate) fn new(service: Service, stop: watch::Sender<bool>, connections: usize) -> Self {
        Self { service: Arc::new(service), stop, connections, patience: Patience::default() }
    }

    /// Is more or less patient with slow callers.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// `GET /metrics`, for a listener of its own.
    pub fn metrics(&self) -> Router {
        metrics::router(self.service.clone())
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
            log::write(&Line::SweepFailed(refusal.code()));
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
        let stop = async move {
            shutdown.await;
            stop.send_replace(true);
        };
        serving::serve(listener, self.router(beside), self.connections, self.patience, stop).await;
        self.stop.send_replace(true);
        if sweeps.await.is_err() {
            log::write(&Line::SweepsPanicked);
        }
        Ok(())
    }
}
