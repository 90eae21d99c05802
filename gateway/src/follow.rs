//! Follows the chain's tip and keeps the catalogue up to date. The old catalogue
//! serves while a new one is built beside it.

use crate::backoff::Backoff;
use crate::catalogue::build::{self, Decided};
use crate::catalogue::decisions;
use crate::chain::{self, Tip};
use crate::gateway::Gateway;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Content may still arrive in the store: how often what was refused is tried
/// again.
const AGAIN: Duration = Duration::from_secs(2);

/// Follows the chain's tip and rebuilds the catalogue when assets change.
pub async fn watch_chain(gateway: &Arc<Gateway>) {
    let mut backoff = Backoff::default();
    let mut built: Option<Built> = None;
    loop {
        match follow(gateway, &mut built).await {
            Ok(()) => {
                backoff.reset();
                tokio::time::sleep(gateway.config.limits.poll).await;
            }
            Err(error) => {
                tracing::warn!(error = &*error, "the chain's tables cannot be followed");
                backoff.wait().await;
            }
        }
    }
}

/// What the present catalogue was built from.
struct Built {
    assets: (i64, i64),
    /// Something was refused whose content may still arrive.
    again_at: Option<Instant>,
}

async fn follow(gateway: &Arc<Gateway>, built: &mut Option<Built>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let Some(tip) = chain::tip(&gateway.pool, gateway.config.gateway, gateway.clock.now()).await? else {
        return Ok(());
    };
    let before = gateway.view();
    let same = built.as_ref().is_some_and(|built| {
        built.assets == tip.assets && built.again_at.is_none_or(|again_at| Instant::now() < again_at)
    });
    // Consent is as old as the slot it was read at.
    let moved = before.tip.as_ref().is_none_or(|old| old.finalised < tip.finalised);
    let read_at = before.tip.as_ref().filter(|_| !moved).map_or(tip.read_at, |old| old.read_at);
    gateway.learn(|view| {
        view.tip = Some(Tip { read_at, ..tip.clone() });
        if let (true, Some((_, as_of))) = (same, &mut view.catalogue) {
            *as_of = tip.finalised;
        }
    });
    if same {
        return Ok(());
    }
    let Some(operator) = tip.operator else { return Ok(()) };
    let rows = chain::assets(&gateway.pool, tip.finalised).await?;
    let (store, upstreams) = (gateway.config.store.clone(), gateway.config.upstreams.clone());
    let (old, rules) = (before.catalogue.map(|(catalogue, _)| catalogue), gateway.policy.similarity);
    let known = old.as_ref().map_or(0, |old| old.clusters.len());
    let decisions = match &rules {
        Some(rules) => decisions::read(&gateway.pool, rules, known).await?,
        None => Vec::new(),
    };
    let decided = Decided { rules, decisions };
    let started = Instant::now();
    let building = move || build::build(&rows, operator, &store, &upstreams, &decided, old.as_deref());
    let (catalogue, new) = tokio::task::spawn_blocking(building).await??;
    // Kept first: what an event relies on is decided for ever.
    if let Some(rules) = rules.filter(|_| !new.is_empty())
        && !decisions::keep(&gateway.pool, &rules, &new).await?
    {
        tracing::info!("another gateway decided about near-duplicates meanwhile; reading that first");
        return Ok(());
    }
    tracing::info!(
        agents = catalogue.agents.len(),
        texts = catalogue.texts.len(),
        refused = catalogue.refused.len(),
        slot = %tip.finalised,
        ms = started.elapsed().as_millis() as u64,
        "the catalogue is built"
    );
    let again_at = (!catalogue.refused.is_empty()).then(|| Instant::now() + AGAIN);
    *built = Some(Built { assets: tip.assets, again_at });
    let as_of = tip.finalised;
    gateway.learn(|view| view.catalogue = Some((Arc::new(catalogue), as_of)));
    Ok(())
}
