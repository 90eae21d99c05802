//! From the numbers of a registry event to the graph's types, which cannot hold
//! a bad value. What they do to the graph is in [`super::provenance`].

use tributary_attribution::graph::{Asset, RoyaltyMode};
use tributary_client::registry::{CoOwner, Registered};
use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::policy::Mix;
use tributary_core::position::{AssetSeq, Slot};

/// A share in basis points.
pub(super) fn share(bps: u16) -> Result<BasisPoints, &'static str> {
    BasisPoints::new(bps).ok_or("a share exceeds the whole")
}

/// Co-owners and their shares.
pub(super) fn co_owners(listed: &[CoOwner]) -> Result<Vec<(Claimant, BasisPoints)>, &'static str> {
    listed.iter().map(|owner| Ok((Claimant(owner.key.to_bytes()), share(owner.share_bps)?))).collect()
}

/// A model's mix; zeros stand for the policy set's default.
pub(super) fn mix(bps: [u16; 5]) -> Result<Option<Mix>, &'static str> {
    match bps {
        [0, 0, 0, 0, 0] => Ok(None),
        bps => Ok(Some(Mix::from_bps(bps).ok_or("its mix does not sum to the whole")?)),
    }
}

/// The asset that a registration describes.
pub(super) fn asset(event: &Registered) -> Result<Asset, &'static str> {
    let parents = event
        .parents
        .iter()
        .map(|parent| Ok((AssetId(parent.asset.to_bytes()), share(parent.royalty_bps)?)))
        .collect::<Result<_, &'static str>>()?;
    Ok(Asset {
        asset: AssetId(event.asset.to_bytes()),
        seq: AssetSeq(event.asset_sequence),
        kind: AssetKind::from_code(event.kind).ok_or("its kind is unknown")?,
        owner: Claimant(event.owner.to_bytes()),
        co_owners: co_owners(&event.co_owners)?,
        parents,
        royalties: match event.royalty_mode {
            0 => RoyaltyMode::Relative,
            1 => RoyaltyMode::Absolute,
            _ => return Err("its royalty mode is unknown"),
        },
        collection: None,
        mix: mix(event.mix_bps)?,
        uses: event.uses,
        effective_slot: Slot(event.effective_slot),
        retired_from: None,
        disputed_from: None,
        changes: Vec::new(),
    })
}
