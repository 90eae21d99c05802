//! Similarity (P2): which clusters of registered vectors stand nearest to an
//! answer's, and what each is worth to it.
//!
//! Exact: every distance is an integer and every vector is looked at. It embeds
//! no text and reads no files; `docs/attribution.md` gives the formulas.

use crate::apportion::{ApportionError, apportion};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::amount::SubUnits;
use tributary_core::bytes::DecodeError;
use tributary_core::id::AssetId;
use tributary_core::policy::Similarity;
use tributary_core::position::{AssetSeq, Slot};

mod distance;
pub mod game;
pub mod labelled;
mod quantise;

pub use distance::squared_distances;
pub use quantise::quantise;

use game::PLAYERS_MAX;

/// Numbers in a vector.
pub const DIMENSIONS: usize = tributary_core::vector_file::DIMENSIONS;
/// What a component of a vector of length one becomes at most.
pub const SCALE: i8 = 127;
/// The squared distance of two vectors at right angles: what is as far away has
/// no similarity.
const UNRELATED: u32 = 2 * SCALE as u32 * SCALE as u32;

/// Why there are no neighbours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeighboursError {
    /// A vector of another length.
    #[error("a vector has {0} numbers instead of {DIMENSIONS}; embed the text with the registered model")]
    Dimensions(usize),
    /// A vector without a direction.
    #[error("a vector has no direction, or a number that is not finite; embed a text that is not empty")]
    NoDirection,
    /// Vectors out of the order of registration.
    #[error("asset {0} (sequence {1}) does not follow the vector before it; give vectors in the order of registration")]
    Order(AssetId, AssetSeq),
    /// A game of nobody's.
    #[error(
        "a game has at most {PLAYERS_MAX} players and counts 1 to {PLAYERS_MAX} of them, not {0}; use a valid policy set"
    )]
    Neighbours(u16),
    /// Rules that no policy set may hold.
    #[error("the policy set's rules for neighbours are not valid")]
    Rules(#[source] DecodeError),
    /// No weights to split; no valid game leads here.
    #[error("the weight could not be split")]
    Split(#[from] ApportionError),
}

/// A registered vector, quantised once when it was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    /// The dataset it belongs to. A dataset may have several.
    pub asset: AssetId,
    /// The dataset's place in the order of registration.
    pub seq: AssetSeq,
    /// The number of its cluster of near-duplicates.
    pub cluster: u32,
    /// Its numbers.
    pub numbers: Box<[i8; DIMENSIONS]>,
}

/// A cluster and how far its nearest member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The cluster.
    pub cluster: u32,
    /// Who founded it, its earliest member: who is paid.
    pub founder: AssetId,
    /// The squared distance of its nearest member.
    pub distance: u32,
}

/// All registered vectors, in the order of registration.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    numbers: Vec<i8>,
    members: Vec<(AssetSeq, AssetId)>,
    /// For each vector its cluster's place in `founders`.
    cluster_at: Vec<u32>,
    /// Each cluster's number and earliest member, in the order of foundation.
    founders: Vec<(u32, AssetId)>,
    places: BTreeMap<u32, u32>,
}

impl Neighbours {
    /// Says who founded a cluster, before any of its vectors is added: who is paid
    /// for it even if its own text is withdrawn and has no vectors any more. Without
    /// this the first vector's dataset is the founder. What was said first stays.
    pub fn found(&mut self, cluster: u32, founder: AssetId) {
        self.place_of(cluster, founder);
    }

    fn place_of(&mut self, cluster: u32, founder: AssetId) -> u32 {
        // At most as many clusters as assets, and those fit 32 bits.
        let next = self.founders.len() as u32;
        let place = *self.places.entry(cluster).or_insert(next);
        if place == next {
            self.founders.push((cluster, founder));
        }
        place
    }

    /// Adds the next registered vector, which follows those before it by
    /// (sequence, asset).
    pub fn add(&mut self, vector: &Vector) -> Result<(), NeighboursError> {
        if self.members.last().is_some_and(|last| *last > (vector.seq, vector.asset)) {
            return Err(NeighboursError::Order(vector.asset, vector.seq));
        }
        let place = self.place_of(vector.cluster, vector.asset);
        self.numbers.extend_from_slice(&*vector.numbers);
        self.members.push((vector.seq, vector.asset));
        self.cluster_at.push(place);
        Ok(())
    }

    /// How many vectors there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The nearest clusters with a member registered up to `graph_slot`, at most
    /// `most`. A cluster is as far as its nearest member; of equally far ones the
    /// one whose nearest member was registered first comes first.
    pub fn nearest(&self, query: &[i8; DIMENSIONS], most: usize, graph_slot: Slot) -> Vec<Neighbour> {
        let known = self.members.partition_point(|(seq, _)| seq.slot() <= graph_slot);
        let distances = squared_distances(query, &self.numbers[..known * DIMENSIONS]);
        // Distance and place in the order of registration, as one number.
        let mut nearest = vec![u64::MAX; self.founders.len()];
        for ((vector, distance), place) in (0u64..).zip(distances).zip(&self.cluster_at) {
            let best = &mut nearest[*place as usize];
            *best = (*best).min(u64::from(distance) << 32 | vector);
        }
        let mut order: Vec<(u64, u32)> = nearest.into_iter().zip(0..).filter(|(best, _)| *best != u64::MAX).collect();
        if order.len() > most {
            order.select_nth_unstable(most);
            order.truncate(most);
        }
        order.sort_unstable();
        let neighbour = |(best, place): (u64, u32)| {
            let (cluster, founder) = self.founders[place as usize];
            Neighbour { cluster, founder, distance: (best >> 32) as u32 }
        };
        order.into_iter().map(neighbour).collect()
    }

    /// The evidence of an answer: assets and their shares of `whole`, ascending by
    /// asset, none zero. Empty if nothing is similar.
    ///
    /// The players are as many of the nearest clusters as the policy set's `rules`
    /// say; what counts is by how much each is more similar than the next one
    /// behind them. Splits of `whole` are exact, by largest remainder; ties go to
    /// the nearer cluster.
    pub fn evidence(
        &self,
        query: &[i8; DIMENSIONS],
        rules: &Similarity,
        whole: u32,
        graph_slot: Slot,
    ) -> Result<Vec<(AssetId, u32)>, NeighboursError> {
        rules.check().map_err(NeighboursError::Rules)?;
        let players = usize::from(rules.neighbours);
        let found = self.nearest(query, players + 1, graph_slot);
        let mut weights: Vec<u32> = found.iter().map(|neighbour| similarity(neighbour.distance)).collect();
        let least = if weights.len() > players { weights.pop().unwrap_or_default() } else { 0 };
        weights.iter_mut().for_each(|weight| *weight -= least);
        let values = game::values(&weights, rules.nearest)?;
        // At most 2⁸⁰ each: the top 63 bits of all decide the shares of 32 bits.
        let total: u128 = values.iter().sum();
        if total == 0 {
            return Ok(Vec::new());
        }
        let shift = (u128::BITS - total.leading_zeros()).saturating_sub(63);
        let shares: Vec<u64> = values.iter().map(|value| (value >> shift) as u64).collect();
        let parts = apportion(SubUnits(u128::from(whole)), &shares)?;
        let mut by_asset: BTreeMap<AssetId, u32> = BTreeMap::new();
        for (neighbour, part) in found.iter().zip(parts) {
            // A part of a whole of 32 bits.
            *by_asset.entry(neighbour.founder).or_default() += part.0 as u32;
        }
        Ok(by_asset.into_iter().filter(|(_, weight)| *weight > 0).collect())
    }

    /// The clusters there are, by the assets that founded them.
    pub fn founders(&self) -> BTreeSet<AssetId> {
        self.founders.iter().map(|(_, founder)| *founder).collect()
    }
}

/// How similar something at a squared distance is: 2 · 127² at the same place,
/// nothing at right angles or beyond.
pub fn similarity(distance: u32) -> u32 {
    UNRELATED.saturating_sub(distance)
}

#[cfg(test)]
mod tests;
