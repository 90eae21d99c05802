//! The provenance graph: who owns an asset and whom it owes royalties.
//!
//! A [`Graph`] cannot hold a cycle, a dangling parent or shares that do not sum
//! to the whole: its constructor refuses them. It knows nothing of payments.

use std::collections::BTreeSet;
use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::policy::Mix;
use tributary_core::position::{AssetSeq, Slot};

mod lines;
pub use lines::GraphFileError;

/// The most parents an asset may declare.
pub const PARENTS_MAX: usize = 16;
/// The most co-owners an asset may have.
pub const CO_OWNERS_MAX: usize = 16;
/// The longest chain of parents below an asset.
pub const DEPTH_MAX: u8 = 32;
/// The most an asset may owe its parents together, in basis points: its owners
/// keep at least a tenth.
pub const ROYALTIES_MAX: u16 = 9_000;
/// The most assets a graph may hold.
pub const ASSETS_MAX: usize = 1 << 22;

/// An asset with the terms that pay people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its record's address.
    pub asset: AssetId,
    /// Its place in the order of registration; no other asset has the same.
    pub seq: AssetSeq,
    /// What it is.
    pub kind: AssetKind,
    /// Who may change the record. Income goes to the co-owners, not here.
    pub owner: Claimant,
    /// 1 to [`CO_OWNERS_MAX`] claimants and their shares, which sum to the whole.
    pub co_owners: Vec<(Claimant, BasisPoints)>,
    /// At most [`PARENTS_MAX`] older assets and the share of this asset's inflow
    /// that each receives; together at most [`ROYALTIES_MAX`].
    pub parents: Vec<(AssetId, BasisPoints)>,
    /// How a model's income is shared between policies; `None` for the default.
    pub mix: Option<Mix>,
    /// Permitted uses ([`tributary_core::content::uses`]).
    pub uses: u8,
    /// From which slot these terms count.
    pub effective_slot: Slot,
}

/// Why assets do not make a graph. Each names the asset to look at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// More than [`ASSETS_MAX`].
    #[error("{0} assets are more than the {ASSETS_MAX} a graph may hold")]
    TooMany(usize),
    /// The same asset stands twice.
    #[error("asset {0} stands twice in the graph")]
    AssetTwice(AssetId),
    /// Two assets share a place in the order of registration.
    #[error("asset {0} has the same sequence {1} as another asset")]
    SequenceTwice(AssetId, AssetSeq),
    /// A parent is not in the graph.
    #[error("parent {parent} of asset {asset} is not in the graph")]
    UnknownParent {
        /// The child.
        asset: AssetId,
        /// What it names.
        parent: AssetId,
    },
    /// A parent was not registered before its child.
    #[error("parent {parent} of asset {asset} was not registered before it")]
    LaterParent {
        /// The child.
        asset: AssetId,
        /// What it names.
        parent: AssetId,
    },
    /// A parent stands twice.
    #[error("asset {0} names a parent twice")]
    ParentTwice(AssetId),
    /// More than [`PARENTS_MAX`].
    #[error("asset {0} names more than {PARENTS_MAX} parents")]
    TooManyParents(AssetId),
    /// More than [`ROYALTIES_MAX`].
    #[error("asset {0} owes its parents more than {ROYALTIES_MAX} basis points")]
    Royalties(AssetId),
    /// A chain of parents is longer than [`DEPTH_MAX`].
    #[error("asset {0} lies more than {DEPTH_MAX} parents deep")]
    TooDeep(AssetId),
    /// No co-owner, or more than [`CO_OWNERS_MAX`].
    #[error("asset {0} must have 1 to {CO_OWNERS_MAX} co-owners")]
    CoOwners(AssetId),
    /// A co-owner stands twice.
    #[error("asset {0} names a co-owner twice")]
    CoOwnerTwice(AssetId),
    /// Shares that do not sum to the whole.
    #[error("the shares of asset {0}'s co-owners do not sum to 10,000 basis points")]
    Shares(AssetId),
}

/// Assets in the order of their registration. Parents stand before children.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Graph {
    /// Ascending by sequence.
    assets: Vec<Asset>,
    /// For each asset its parents' positions in `assets`.
    parents: Vec<Vec<usize>>,
    /// Positions in `assets`, ascending by address.
    by_address: Vec<(AssetId, usize)>,
}

impl Graph {
    /// Checks the assets, given in any order.
    pub fn new(mut assets: Vec<Asset>) -> Result<Self, GraphError> {
        if assets.len() > ASSETS_MAX {
            return Err(GraphError::TooMany(assets.len()));
        }
        assets.sort_by_key(|asset| (asset.seq, asset.asset));
        if let Some(two) = assets.windows(2).find(|two| two[0].seq == two[1].seq) {
            return Err(GraphError::SequenceTwice(two[1].asset, two[1].seq));
        }
        let mut by_address: Vec<_> = assets.iter().enumerate().map(|(n, asset)| (asset.asset, n)).collect();
        by_address.sort();
        if let Some(two) = by_address.windows(2).find(|two| two[0].0 == two[1].0) {
            return Err(GraphError::AssetTwice(two[0].0));
        }
        let mut graph = Self { assets, parents: Vec::new(), by_address };
        let mut depths: Vec<u8> = Vec::with_capacity(graph.assets.len());
        for (n, asset) in graph.assets.iter().enumerate() {
            check_shares(asset)?;
            let parents = graph.resolve_parents(n, asset)?;
            let depth = parents.iter().map(|parent| depths[*parent].saturating_add(1)).max().unwrap_or(0);
            if depth > DEPTH_MAX {
                return Err(GraphError::TooDeep(asset.asset));
            }
            depths.push(depth);
            graph.parents.push(parents);
        }
        Ok(graph)
    }

    fn resolve_parents(&self, n: usize, asset: &Asset) -> Result<Vec<usize>, GraphError> {
        let mut positions = Vec::with_capacity(asset.parents.len());
        for (parent, _) in &asset.parents {
            match self.position(parent) {
                None => return Err(GraphError::UnknownParent { asset: asset.asset, parent: *parent }),
                Some(at) if at >= n => return Err(GraphError::LaterParent { asset: asset.asset, parent: *parent }),
                Some(at) => positions.push(at),
            }
        }
        Ok(positions)
    }

    /// The assets, ascending by sequence.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// The asset with this address.
    pub fn get(&self, asset: &AssetId) -> Option<&Asset> {
        self.position(asset).map(|at| &self.assets[at])
    }

    /// Where an asset stands in [`Graph::assets`].
    pub(crate) fn position(&self, asset: &AssetId) -> Option<usize> {
        let at = self.by_address.binary_search_by(|(address, _)| address.cmp(asset)).ok()?;
        Some(self.by_address[at].1)
    }

    /// The positions of an asset's parents, in the order it declares them.
    pub(crate) fn parents_of(&self, position: usize) -> &[usize] {
        &self.parents[position]
    }

    /// Whether `ancestor` is a parent of `position`, or a parent's parent and so on.
    pub(crate) fn descends(&self, position: usize, ancestor: usize) -> bool {
        let mut open = BTreeSet::from([position]);
        while let Some(at) = open.pop_last() {
            if self.parents[at].contains(&ancestor) {
                return true;
            }
            // Nothing older than the ancestor can descend from it.
            open.extend(self.parents[at].iter().filter(|parent| **parent > ancestor));
        }
        false
    }

    /// The graph whose terms count at a slot: assets effective by then, all of
    /// whose ancestors are effective too.
    pub fn as_of(&self, slot: Slot) -> Self {
        let mut keep: Vec<bool> = Vec::with_capacity(self.assets.len());
        for (n, asset) in self.assets.iter().enumerate() {
            keep.push(asset.effective_slot <= slot && self.parents[n].iter().all(|parent| keep[*parent]));
        }
        let mut moved = vec![0; self.assets.len()];
        let mut graph = Self::default();
        for n in (0..self.assets.len()).filter(|n| keep[*n]) {
            moved[n] = graph.assets.len();
            graph.assets.push(self.assets[n].clone());
            graph.parents.push(self.parents[n].iter().map(|parent| moved[*parent]).collect());
        }
        graph.by_address =
            self.by_address.iter().filter(|(_, n)| keep[*n]).map(|(address, n)| (*address, moved[*n])).collect();
        graph
    }
}

/// Checks what needs no other asset: counts, duplicates and sums.
fn check_shares(asset: &Asset) -> Result<(), GraphError> {
    let id = asset.asset;
    if asset.parents.len() > PARENTS_MAX {
        return Err(GraphError::TooManyParents(id));
    }
    if asset.parents.iter().map(|(parent, _)| parent).collect::<BTreeSet<_>>().len() != asset.parents.len() {
        return Err(GraphError::ParentTwice(id));
    }
    if total(&asset.parents) > u32::from(ROYALTIES_MAX) {
        return Err(GraphError::Royalties(id));
    }
    if asset.co_owners.is_empty() || asset.co_owners.len() > CO_OWNERS_MAX {
        return Err(GraphError::CoOwners(id));
    }
    if asset.co_owners.iter().map(|(key, _)| key).collect::<BTreeSet<_>>().len() != asset.co_owners.len() {
        return Err(GraphError::CoOwnerTwice(id));
    }
    if total(&asset.co_owners) != u32::from(BasisPoints::ONE.get()) {
        return Err(GraphError::Shares(id));
    }
    Ok(())
}

fn total<T>(shares: &[(T, BasisPoints)]) -> u32 {
    shares.iter().map(|(_, share)| u32::from(share.get())).sum()
}

#[cfg(test)]
mod tests;
