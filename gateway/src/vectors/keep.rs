//! Keeps the vectors of exactly the texts that are served. A task of its own: a
//! catalogue serves without vectors while they are made.

use super::VectorsError;
use super::workshop::{Placed, Workshop};
use crate::backoff::Backoff;
use crate::chain;
use crate::gateway::{Gateway, View};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Makes the vectors of new texts until the gateway ends.
pub async fn keep_vectors(gateway: &Gateway) {
    let mut backoff = Backoff::default();
    loop {
        match keep(gateway).await {
            Ok(()) => {
                backoff.reset();
                tokio::time::sleep(gateway.config.limits.poll).await;
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "texts have no vectors yet");
                backoff.wait().await;
            }
        }
    }
}

async fn keep(gateway: &Gateway) -> Result<(), VectorsError> {
    let Some(server) = &gateway.config.embedding else { return Ok(()) };
    let view = gateway.view();
    let View { catalogue: Some((catalogue, slot)), .. } = &view else { return Ok(()) };
    if view.neighbours_of(&catalogue.evidence).is_some() {
        return Ok(());
    }
    let served: BTreeSet<_> = catalogue.texts.iter().map(|(asset, _)| *asset).collect();
    let rows = chain::assets(&gateway.pool, *slot).await?;
    // The clusters of near-duplicates that the index of spans knows too.
    let clusters = &catalogue.clusters;
    let datasets: Vec<Placed> = rows
        .into_iter()
        .filter(|row| served.contains(&row.asset))
        .filter_map(|row| {
            let (cluster, founder) = (clusters.cluster_of(&row.asset)?, clusters.founder_of(&row.asset)?);
            Some(Placed { row, cluster, founder })
        })
        .collect();
    let (pool, client, store) = (&gateway.pool, &gateway.upstreams, &gateway.config.store);
    let neighbours = Workshop { pool, client, server, store }.register(&datasets).await?;
    tracing::info!(texts = datasets.len(), vectors = neighbours.len(), "the texts have their vectors");
    let texts = catalogue.evidence.clone();
    gateway.learn(|view| view.neighbours = Some((texts, Arc::new(neighbours))));
    Ok(())
}
