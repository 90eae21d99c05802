//! The vectors of registered datasets (P2): made once of a dataset's passages,
//! quantised, kept in `usage.vectors`, and compared with answers from memory.
//!
//! Nothing here delays the serving of requests: without a server for embeddings, or
//! before all vectors are there, events carry no evidence of similarity.

pub mod keep;
pub mod passages;

use crate::catalogue::content::{self, ContentError};
use crate::chain::AssetRow;
use crate::database::DatabaseError;
use crate::upstream::UpstreamError;
use crate::upstream::client::UpstreamClient;
use crate::upstream::config::Upstream;
use passages::passages;
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use tributary_attribution::neighbours::{DIMENSIONS, Neighbours, NeighboursError, Vector, quantise};
use tributary_core::content::AssetKind;
use tributary_core::event::{Evidence, PAIRS_MAX};
use tributary_core::id::AssetId;
use tributary_core::policy::PolicySet;
use tributary_core::position::Slot;

/// No dataset has more vectors: a long text is sampled from start to end.
pub const PASSAGES_MAX: usize = 16;
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
    /// A task died.
    #[error("the reading of a text died")]
    Task(#[from] tokio::task::JoinError),
}

/// Where vectors come from and are kept.
#[derive(Clone, Copy, Debug)]
pub struct Workshop<'a> {
    /// Postgres.
    pub pool: &'a PgPool,
    /// Asks the server.
    pub client: &'a UpstreamClient,
    /// The server for embeddings.
    pub server: &'a Upstream,
    /// The content store.
    pub store: &'a Path,
}

impl Workshop<'_> {
    /// The vectors of these datasets, in the order of registration, each with the
    /// number of its cluster. What is not kept yet is made.
    pub async fn register(&self, datasets: &[(AssetRow, u32)]) -> Result<Neighbours, VectorsError> {
        let mut kept = self.kept().await?;
        let mut neighbours = Neighbours::default();
        for (row, cluster) in datasets.iter().filter(|(row, _)| row.kind == AssetKind::Dataset) {
            let vectors = match kept.remove(&row.asset) {
                Some(vectors) => vectors,
                None => self.make(row).await?,
            };
            for numbers in vectors {
                neighbours.add(&Vector { asset: row.asset, seq: row.seq, cluster: *cluster, numbers })?;
            }
        }
        Ok(neighbours)
    }

    async fn kept(&self) -> Result<BTreeMap<AssetId, Vec<Box<[i8; DIMENSIONS]>>>, VectorsError> {
        let rows = sqlx::query("SELECT asset, numbers FROM usage.vectors WHERE model = $1 ORDER BY asset, passage")
            .bind(&self.server.served_as)
            .fetch_all(self.pool)
            .await
            .map_err(DatabaseError::from)?;
        let mut kept: BTreeMap<AssetId, Vec<_>> = BTreeMap::new();
        for row in &rows {
            let bytes: &[u8] = row.try_get("numbers").map_err(DatabaseError::from)?;
            let bytes: &[u8; DIMENSIONS] = bytes.try_into().map_err(|_| DatabaseError::Value("numbers"))?;
            let numbers = Box::new(bytes.map(u8::cast_signed));
            kept.entry(crate::database::key(row, "asset")?).or_default().push(numbers);
        }
        Ok(kept)
    }

    /// Made once: whoever made them first, theirs are kept.
    async fn make(&self, row: &AssetRow) -> Result<Vec<Box<[i8; DIMENSIONS]>>, VectorsError> {
        let (store, hash, length) = (self.store.to_owned(), row.content_hash, row.content_length);
        let text = tokio::task::spawn_blocking(move || content::read_text(&store, hash, length, length)).await??;
        let texts = passages(&text, PASSAGES_MAX);
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let mut vectors = Vec::with_capacity(texts.len());
        for embedding in self.client.embed(self.server, &texts).await? {
            vectors.push(quantise(&embedding)?);
        }
        // All or none, so that what is kept is whole.
        let numbers: Vec<Vec<u8>> = vectors.iter().map(|numbers| numbers.map(i8::cast_unsigned).to_vec()).collect();
        sqlx::query(
            "INSERT INTO usage.vectors (asset, passage, model, numbers)
             SELECT $1, place - 1, $2, numbers FROM unnest($3::bytea[]) WITH ORDINALITY AS made (numbers, place)
             ON CONFLICT DO NOTHING",
        )
        .bind(&row.asset.0[..])
        .bind(&self.server.served_as)
        .bind(numbers)
        .execute(self.pool)
        .await
        .map_err(DatabaseError::from)?;
        Ok(vectors)
    }
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
