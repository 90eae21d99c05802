//! The provenance graph: who owns an asset and whom it owes royalties.
//!
//! A [`Graph`] cannot hold a cycle, a dangling parent or shares that do not sum
//! to the whole: its constructor refuses them. It knows nothing of payments.

use std::collections::BTreeSet;
use tributary_core::amount::BasisPoints;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::position::Slot;

mod asset;
mod check;
mod error;
mod lines;
mod lookup;

pub use asset::{Asset, Change, Membership, Registration, RoyaltyMode, Terms};
pub use error::GraphError;
pub use lines::GraphFileError;

use check::check_terms;
use lookup::Lookup;

/// The most parents an asset may declare.
pub const PARENTS_MAX: usize = 16;
/// The most co-owners an asset may have.
pub const CO_OWNERS_MAX: usize = 16;
/// The longest chain of parents below an asset.
pub const DEPTH_MAX: u8 = 32;
/// The most an asset may owe together, in basis points, to its parents and to
/// the ancestors whose absolute royalties it pays: its owners keep at least a
/// tenth.
pub const ROYALTIES_MAX: u16 = 9_000;
/// The most a curator may ask of what a member of the collection keeps.
pub const CURATOR_SHARE_MAX: u16 = 5_000;
/// The most assets a graph may hold.
pub const ASSETS_MAX: usize = 1 << 22;

/// Assets in the order of their registration. Parents stand before children.
/// What an asset's fields say counts; its changes do not count yet.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Ascending by sequence.
    assets: Vec<Asset>,
    by_address: Lookup,
    /// Where each asset's entries begin in `links`, and the end.
    link_starts: Vec<u32>,
    /// The parents of all assets, in the order each declares them.
    links: Vec<Link>,
    /// What each asset owes of an inflow of its own, in basis points.
    stacks: Vec<u16>,
    /// Whether each asset's royalties are absolute.
    absolute: Vec<bool>,
    /// Where each asset's entries begin in `payees`, and the end.
    payee_starts: Vec<u32>,
    /// The co-owners of all assets; after them the curator, if there is one.
    payees: Vec<Payee>,
}

impl PartialEq for Graph {
    fn eq(&self, other: &Self) -> bool {
        // Everything else follows from the assets.
        self.assets == other.assets
    }
}

impl Eq for Graph {}

/// A parent, as an asset of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Where it stands among the assets.
    pub parent: u32,
    /// Its share of the child's inflow, in basis points.
    pub royalty: u16,
    /// Whether the child pays the parent's own parents too: it is absolute and
    /// its stack is not empty.
    pub expands: bool,
}

/// Somebody who shares in what an asset keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Payee {
    /// Who.
    pub claimant: Claimant,
    /// A co-owner's share of what the curator leaves, or the curator's of all.
    pub share: u16,
    /// Whether it is the curator.
    pub is_curator: bool,
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
        // At most 2²² assets: their places fit 32 bits, and so do all their parents' and payees'.
        let places = assets.iter().zip(0u32..).map(|(asset, n)| (asset.asset, n)).collect();
        let by_address = Lookup::new(places).map_err(GraphError::AssetTwice)?;
        let mut graph = Self { by_address, link_starts: vec![0], payee_starts: vec![0], ..Self::default() };
        let mut depths: Vec<u8> = Vec::with_capacity(assets.len());
        for (n, asset) in assets.iter().enumerate() {
            check_terms(asset)?;
            for change in &asset.changes {
                if let Terms::Registration(registration) = &change.terms {
                    graph.resolve_parents(n, asset.asset, &registration.parents)?;
                }
            }
            let parents = graph.resolve_parents(n, asset.asset, &asset.parents)?;
            let depth = parents.iter().map(|parent| depths[*parent].saturating_add(1)).max().unwrap_or(0);
            if depth > DEPTH_MAX {
                return Err(GraphError::TooDeep(asset.asset));
            }
            depths.push(depth);
            graph.link(asset, &parents)?;
            graph.list_payees(asset);
        }
        graph.assets = assets;
        Ok(graph)
    }

    fn resolve_parents(
        &self,
        n: usize,
        asset: AssetId,
        parents: &[(AssetId, BasisPoints)],
    ) -> Result<Vec<usize>, GraphError> {
        let mut positions = Vec::with_capacity(parents.len());
        for (parent, _) in parents {
            match self.position(parent) {
                None => return Err(GraphError::UnknownParent { asset, parent: *parent }),
                Some(at) if at >= n => return Err(GraphError::LaterParent { asset, parent: *parent }),
                Some(at) => positions.push(at),
            }
        }
        Ok(positions)
    }

    /// Notes an asset's parents and what it owes: each parent's royalty, and of an
    /// absolute parent also what that one owes.
    fn link(&mut self, asset: &Asset, parents: &[usize]) -> Result<(), GraphError> {
        let mut stack = 0u32;
        for (parent, (_, royalty)) in parents.iter().zip(&asset.parents) {
            let above = if self.absolute[*parent] { self.stacks[*parent] } else { 0 };
            stack += u32::from(royalty.get()) + u32::from(above);
            self.links.push(Link { parent: *parent as u32, royalty: royalty.get(), expands: above > 0 });
        }
        let stack = u16::try_from(stack).ok().filter(|stack| *stack <= ROYALTIES_MAX);
        self.stacks.push(stack.ok_or(GraphError::Royalties(asset.asset))?);
        self.absolute.push(asset.royalties == RoyaltyMode::Absolute);
        self.link_starts.push(self.links.len() as u32);
        Ok(())
    }

    fn list_payees(&mut self, asset: &Asset) {
        for (claimant, share) in &asset.co_owners {
            self.payees.push(Payee { claimant: *claimant, share: share.get(), is_curator: false });
        }
        if let Some(member) = &asset.collection {
            self.payees.push(Payee { claimant: member.curator, share: member.share.get(), is_curator: true });
        }
        self.payee_starts.push(self.payees.len() as u32);
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
        self.by_address.find(asset)
    }

    /// An asset's parents, in the order it declares them.
    pub(crate) fn parents_of(&self, position: usize) -> &[Link] {
        &self.links[self.link_starts[position] as usize..self.link_starts[position + 1] as usize]
    }

    /// What an asset owes of an inflow of its own, in basis points: the stack of
    /// its parents' royalties and of absolute ones through all its ancestors.
    pub(crate) fn stack_of(&self, position: usize) -> u16 {
        self.stacks[position]
    }

    /// Whether an asset's royalties are absolute.
    pub(crate) fn is_absolute(&self, position: usize) -> bool {
        self.absolute[position]
    }

    /// The places in [`Graph::payees`] of who shares in what an asset keeps.
    pub(crate) fn payees_of(&self, position: usize) -> std::ops::Range<usize> {
        self.payee_starts[position] as usize..self.payee_starts[position + 1] as usize
    }

    /// Everybody who shares in an asset, asset after asset.
    pub(crate) fn payees(&self) -> &[Payee] {
        &self.payees
    }

    /// The asset that a place in [`Graph::payees`] belongs to.
    pub(crate) fn asset_of_payee(&self, payee: usize) -> usize {
        self.payee_starts.partition_point(|start| *start as usize <= payee) - 1
    }

    /// Whether `ancestor` is a parent of `position`, or a parent's parent and so on.
    pub(crate) fn descends(&self, position: usize, ancestor: usize) -> bool {
        // Nearly every agent names its model directly.
        if self.parents_of(position).iter().any(|link| link.parent as usize == ancestor) {
            return true;
        }
        let mut open = BTreeSet::from([position]);
        while let Some(at) = open.pop_last() {
            let parents = self.parents_of(at).iter().map(|link| link.parent as usize);
            if parents.clone().any(|parent| parent == ancestor) {
                return true;
            }
            // Nothing older than the ancestor can descend from it.
            open.extend(parents.filter(|parent| *parent > ancestor));
        }
        false
    }

    /// The graph whose terms count at a slot: assets effective by then, all of
    /// whose ancestors are effective too, with the changes effective by then as
    /// their terms.
    pub fn as_of(&self, slot: Slot) -> Result<Self, GraphError> {
        let mut kept: Vec<Asset> = Vec::with_capacity(self.assets.len());
        let mut keep: Vec<bool> = Vec::with_capacity(self.assets.len());
        for asset in &self.assets {
            let then = asset.as_of(slot);
            let known =
                |parent: &AssetId| self.position(parent).is_some_and(|at| keep.get(at).is_some_and(|kept| *kept));
            let counts = then.effective_slot <= slot && then.parents.iter().all(|(parent, _)| known(parent));
            keep.push(counts);
            if counts {
                kept.push(then);
            }
        }
        // A displaced registration may name parents that are not kept.
        for asset in &mut kept {
            asset.changes.retain(|change| match &change.terms {
                Terms::Registration(other) => {
                    other.parents.iter().all(|(parent, _)| self.position(parent).is_some_and(|at| keep[at]))
                }
                _ => true,
            });
        }
        Self::new(kept)
    }
}

#[cfg(test)]
mod tests;
