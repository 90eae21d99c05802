//! An asset's record: a header, then its parents, its co-owners, and the
//! co-owners that are to follow them. How the parts of it change over time is
//! in `terms`.

use crate::error::RegistryError;
use anchor_lang::accounts::Slab;
use anchor_lang::bytemuck;
use anchor_lang::prelude::*;

/// The most parents an asset can have.
pub const PARENTS_MAX: usize = 16;
/// The most co-owners an asset can have.
pub const CO_OWNERS_MAX: usize = 16;
/// The longest path through parents.
pub const DEPTH_MAX: u8 = 32;

/// Of `Asset::status`: in use.
pub const ASSET_ACTIVE: u8 = 1;
/// Of `Asset::status`: its owner has withdrawn it, and nothing new is made from it.
pub const ASSET_RETIRED: u8 = 2;

/// Of `Asset::contest`: nobody disputes who owns it.
pub const UNCONTESTED: u8 = 0;
/// Of `Asset::contest`: a dispute is open.
pub const DISPUTED: u8 = 1;
/// Of `Asset::contest`: it is about to be reassigned to the challenger.
pub const REASSIGNING: u8 = 2;

/// At `["asset", kind, content id]`. Never closes.
#[account]
pub struct Asset {
    pub version: u8,
    pub bump: u8,
    /// 1 dataset, 2 model, 3 agent.
    pub kind: u8,
    pub status: u8,
    /// Permitted uses as bits: 1 train, 2 ground, 4 display.
    pub uses: u8,
    /// 0 relative: parents take shares of what the child receives. 1 absolute:
    /// its own parents' royalties are taken of what each descendant receives.
    pub royalty_mode: u8,
    /// Whose event sequence the registration stands in.
    pub shard: u8,
    /// Length of the longest path through parents; 0 without any.
    pub depth: u8,
    /// How many of the entries behind the header are parents.
    pub parent_count: u8,
    /// How many of them are co-owners.
    pub owner_count: u8,
    /// Basis points of its income that its ancestors receive together.
    pub stack_bps: u16,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// How many of the entries are co-owners to follow.
    pub next_owner_count: u8,
    /// Uses that are permitted from `next_uses_slot`.
    pub next_uses: u8,
    pub content_length: u64,
    /// Its place in the order of all registrations.
    pub sequence: u64,
    /// When it was committed: an older commitment may displace it for a while.
    pub commit_slot: u64,
    /// When it was revealed.
    pub reveal_slot: u64,
    /// From which slot its terms count.
    pub effective_slot: u64,
    /// Who may change the record.
    pub owner: Address,
    pub content_id: [u8; 32],
    pub content_hash: [u8; 32],
    pub metadata_hash: [u8; 32],
    pub uri_hash: [u8; 32],
    /// SPDX identifier, padded with zeros.
    pub licence: [u8; 32],
    /// From which slot the co-owners and the mix to follow count; 0 for none.
    pub terms_slot: u64,
    /// From which slot the uses to follow count; 0 for none.
    pub next_uses_slot: u64,
    pub next_mix_bps: [u16; 5],
    /// The collection's share of what the asset receives, in basis points.
    pub collection_bps: u16,
    /// Whether somebody disputes who owns it.
    pub contest: u8,
    pub reserved_small: [u8; 3],
    /// To whom it was offered; zeros for nobody.
    pub offered_to: Address,
    /// The collection it is or was a member of; zeros for none.
    pub collection: Address,
    /// The first slot of its membership.
    pub collection_from: u64,
    /// The first slot after its membership; 0 while none is set.
    pub collection_until: u64,
    /// The last slot at which an older commitment displaces it. Kept here, so
    /// that no later setting opens a record again that others were built on.
    pub displaceable_until: u64,
    pub reserved: [u8; 8],
}

impl Asset {
    /// Whether an older commitment can still displace it.
    pub fn is_displaceable(&self, slot: u64) -> bool {
        slot <= self.displaceable_until
    }

    /// Refuses while somebody disputes who owns it.
    pub fn check_uncontested(&self) -> Result<()> {
        require!(self.contest == UNCONTESTED, RegistryError::Contested);
        Ok(())
    }
}

/// A parent with its royalty, or a co-owner with its share.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[bytemuck(crate = "anchor_lang::bytemuck")]
#[repr(C)]
pub struct Entry {
    /// The parent's record, or the co-owner's key.
    pub key: Address,
    /// Basis points.
    pub bps: u16,
}

/// The whole record.
pub type AssetAccount = Slab<Asset, Entry>;

/// Bytes of a record. Counts beyond the limits are refused later; here they
/// only must not ask for more than the largest record.
pub fn asset_space(parents: usize, co_owners: usize) -> usize {
    AssetAccount::space_for((parents.min(PARENTS_MAX) + co_owners.min(CO_OWNERS_MAX)) as u32)
}
