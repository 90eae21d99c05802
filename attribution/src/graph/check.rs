//! What an asset must be by itself: counts, duplicates and sums. What it takes
//! other assets to know is checked by [`super::Graph::new`].

use super::{Asset, CO_OWNERS_MAX, CURATOR_SHARE_MAX, GraphError, Membership, PARENTS_MAX, ROYALTIES_MAX, Terms};
use std::collections::BTreeSet;
use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant};

/// Checks an asset and its changes.
pub(super) fn check_terms(asset: &Asset) -> Result<(), GraphError> {
    let id = asset.asset;
    check_parents(id, &asset.parents)?;
    check_co_owners(id, &asset.co_owners)?;
    check_membership(asset, &asset.collection)?;
    if asset.changes.windows(2).any(|two| two[0].from > two[1].from) {
        return Err(GraphError::Changes(id));
    }
    asset.changes.iter().try_for_each(|change| match &change.terms {
        Terms::Income { co_owners, .. } => check_co_owners(id, co_owners),
        Terms::Collection(collection) => check_membership(asset, collection),
        Terms::Registration(registration) => {
            check_parents(id, &registration.parents)?;
            check_co_owners(id, &registration.co_owners)
        }
        Terms::Owner(_) | Terms::Uses(_) => Ok(()),
    })
}

fn check_parents(id: AssetId, parents: &[(AssetId, BasisPoints)]) -> Result<(), GraphError> {
    if parents.len() > PARENTS_MAX {
        return Err(GraphError::TooManyParents(id));
    }
    if parents.iter().map(|(parent, _)| parent).collect::<BTreeSet<_>>().len() != parents.len() {
        return Err(GraphError::ParentTwice(id));
    }
    if total(parents) > u32::from(ROYALTIES_MAX) {
        return Err(GraphError::Royalties(id));
    }
    Ok(())
}

fn check_co_owners(id: AssetId, co_owners: &[(Claimant, BasisPoints)]) -> Result<(), GraphError> {
    if co_owners.is_empty() || co_owners.len() > CO_OWNERS_MAX {
        return Err(GraphError::CoOwners(id));
    }
    if co_owners.iter().map(|(key, _)| key).collect::<BTreeSet<_>>().len() != co_owners.len() {
        return Err(GraphError::CoOwnerTwice(id));
    }
    if total(co_owners) != u32::from(BasisPoints::ONE.get()) {
        return Err(GraphError::Shares(id));
    }
    Ok(())
}

fn check_membership(asset: &Asset, collection: &Option<Membership>) -> Result<(), GraphError> {
    match collection {
        Some(member) if asset.kind != AssetKind::Dataset || member.share.get() > CURATOR_SHARE_MAX => {
            Err(GraphError::Collection(asset.asset))
        }
        _ => Ok(()),
    }
}

fn total<T>(shares: &[(T, BasisPoints)]) -> u32 {
    shares.iter().map(|(_, share)| u32::from(share.get())).sum()
}
