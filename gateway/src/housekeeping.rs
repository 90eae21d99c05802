//! The rounds that move credit and delete what may go. Decides nothing itself:
//! [`crate::credit::desk`] and [`crate::spool::reader`] do.

use crate::backoff::Backoff;
use crate::credit::desk::Desk;
use crate::drain::Drain;
use crate::gateway::Gateway;
use crate::generation;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tributary_core::position::{EventSeq, Slot};

/// How often what may go is looked for.
const TIDY: Duration = Duration::from_secs(60);

/// Moves credit and tidies up, round after round.
pub async fn keep_house(gateway: &Arc<Gateway>, desk: &Desk, drained: &watch::Receiver<EventSeq>, drain: &Drain) {
    let mut backoff = Backoff::default();
    let mut tidied: Option<Instant> = None;
    loop {
        let finalised = gateway.view().tip.map_or(Slot(0), |tip| tip.finalised);
        let drained = *drained.borrow();
        let round = desk.keep_house(drained, |account| gateway.holders.is_over(account.mandate, finalised)).await;
        if let Err(error) = round {
            tracing::warn!(error = &error as &dyn Error, "credit does not move");
            backoff.wait().await;
            continue;
        }
        backoff.reset();
        if tidied.is_none_or(|at| at.elapsed() > TIDY) {
            tidied = Some(Instant::now());
            tidy(gateway, drain).await;
        }
        tokio::time::sleep(gateway.config.limits.poll).await;
    }
}

async fn tidy(gateway: &Arc<Gateway>, drain: &Drain) {
    let before = gateway.clock.now_ms().saturating_sub(generation::remembered_ms(&gateway.config));
    let reader = drain.reader.clone();
    match tokio::task::spawn_blocking(move || reader.prune(before)).await {
        Ok(Ok(0)) => {}
        Ok(Ok(segments)) => tracing::info!(segments, "old spool segments are deleted"),
        Ok(Err(error)) => tracing::warn!(error = &error as &dyn Error, "old spool segments stay"),
        Err(error) => tracing::error!(error = &error as &dyn Error, "tidying the spool died"),
    }
    if let Err(error) = gateway.sessions.expire(gateway.config.limits.session_days).await {
        tracing::warn!(error = &error as &dyn Error, "expired sessions stay");
    }
    if let Err(error) = drain.expire_sidecars().await {
        tracing::warn!(error = &error as &dyn Error, "expired sidecars stay");
    }
    if let Some(tip) = gateway.view().tip
        && let Err(error) = gateway.holders.load(tip.genesis, tip.finalised).await
    {
        tracing::warn!(error = &error as &dyn Error, "revoked keys are not noticed");
    }
}
