//! When the program is asked to end: Ctrl-C, or SIGTERM from what started it.

use tokio::signal::unix::{SignalKind, signal};

/// Resolves when the program is asked to end.
pub async fn asked() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
