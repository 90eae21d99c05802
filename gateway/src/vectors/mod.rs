//! The vectors of registered datasets (P2): made once of a dataset's [`passages`],
//! quantised, kept and published by a [`workshop`], and compared with answers from
//! memory; [`keep`] has those of the texts that are served.
//!
//! Nothing here delays the serving of requests: without a server for embeddings, or
//! before all vectors are there, events carry no evidence of similarity.

pub mod keep;
pub mod passages;
pub mod workshop;

use crate::catalogue::content::ContentError;
use crate::database::DatabaseError;
use crate::upstream::UpstreamError;
use crate::upstream::client::UpstreamClient;
use crate::upstream::config::Upstream;
use std::time::Duration;
use tributary_attribution::neighbours::{Neighbours, NeighboursError, quantise};
use tributary_core::event::{Evidence, PAIRS_MAX};
use tributary_core::id::AssetId;
use tributary_core::policy::PolicySet;
use tributary_core::position::Slot;

/// What an answer's own vector may take.
const QUERY_WAIT: Duration = Duration::from_secs(2);
/// What is split among the similar: only proportions count.
const WHOLE: u32 = 1 << 16;

/// Why there are no vectors.
#[derive(Debug, thiserror::Error)]
pub enum VectorsError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The server for embeddings.
    #[error("the embedding of a text failed")]
    Upstream(#[from] UpstreamError),
    /// Its numbers, or the order of datasets.
    #[error(transparent)]
    Neighbours(#[from] NeighboursError),
    /// A text that was there before.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// More than a file holds.
    #[error("the embedding model's name is too long for a vector file: give it a shorter one with --embedding-model")]
    File,
    /// The content store.
    #[error("the content store does not take a vector file: make room on its disk")]
    Store(#[source] std::io::Error),
    /// A task died.
    #[error("the reading of a text died")]
    Task(#[from] tokio::task::JoinError),
}

/// Adds to an answer's evidence whose texts are near it. What fails is left out:
/// the answer does not wait.
pub async fn add_similar(
    client: &UpstreamClient,
    server: &Upstream,
    neighbours: &Neighbours,
    policy: &PolicySet,
    (text, graph_slot): (&str, Slot),
    evidence: Evidence,
) -> Evidence {
    let Some(rules) = policy.similarity else { return evidence };
    if text.trim().is_empty() || neighbours.is_empty() {
        return evidence;
    }
    let asked = tokio::time::timeout(QUERY_WAIT, client.embed(server, &[text])).await;
    let embedding = match asked {
        Ok(Ok(embeddings)) => embeddings.into_iter().next().unwrap_or_default(),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "an answer has no evidence of similarity");
            return evidence;
        }
        Err(_) => {
            tracing::warn!("an answer has no evidence of similarity: its embedding took too long");
            return evidence;
        }
    };
    match quantise(&embedding).and_then(|query| neighbours.evidence(&query, &rules, WHOLE, graph_slot)) {
        Ok(similar) => {
            let room = PAIRS_MAX - evidence.pairs.len().min(PAIRS_MAX);
            evidence.with_similar(heaviest(similar, room))
        }
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "an answer has no evidence of similarity");
            evidence
        }
    }
}

/// As many of the pairs as there is room for: the heaviest, ties by asset.
fn heaviest(mut pairs: Vec<(AssetId, u32)>, room: usize) -> Vec<(AssetId, u32)> {
    pairs.sort_by_key(|(asset, weight)| (std::cmp::Reverse(*weight), *asset));
    pairs.truncate(room);
    pairs.sort_by_key(|(asset, _)| *asset);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_neighbours_stay_in_the_order_of_assets() {
        let pairs = vec![(AssetId([1; 32]), 5), (AssetId([2; 32]), 9), (AssetId([3; 32]), 5), (AssetId([4; 32]), 1)];
        let kept: Vec<u8> = heaviest(pairs.clone(), 2).iter().map(|(asset, _)| asset.0[0]).collect();
        assert_eq!(kept, [1, 2]);
        assert_eq!(heaviest(pairs.clone(), 9), pairs);
        assert!(heaviest(pairs, 0).is_empty());
    }
}
