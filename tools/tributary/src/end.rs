//! The end of a service: Ctrl-C or SIGTERM asks for it, a second one insists.

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled when the process is asked to end. A second request
/// ends the process at once.
pub fn token() -> anyhow::Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let token = CancellationToken::new();
    let asked = token.clone();
    tokio::spawn(async move {
        for insists in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if insists {
                tracing::warn!("asked to end twice: ending at once");
                std::process::exit(130);
            }
            tracing::info!("ending in order; ask again to end at once");
            asked.cancel();
        }
    });
    Ok(token)
}
