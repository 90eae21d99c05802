//! Why assets do not make a graph.

use super::{ASSETS_MAX, CO_OWNERS_MAX, CURATOR_SHARE_MAX, DEPTH_MAX, PARENTS_MAX, ROYALTIES_MAX};
use tributary_core::id::AssetId;
use tributary_core::position::AssetSeq;

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
    #[error("asset {0} owes its parents and their absolute ancestors more than {ROYALTIES_MAX} basis points")]
    Royalties(AssetId),
    /// A curator asks too much, or for something that is no dataset.
    #[error(
        "asset {0} cannot be in a collection: it is no dataset, or the curator asks more than {CURATOR_SHARE_MAX} basis points"
    )]
    Collection(AssetId),
    /// Changes that do not ascend by slot.
    #[error("the changes of asset {0} do not stand in the order of their slots")]
    Changes(AssetId),
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
