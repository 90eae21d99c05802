//! An asset's record: a header, then its parents, then its co-owners.

use anchor_lang::accounts::Slab;
use anchor_lang::bytemuck;
use anchor_lang::prelude::*;

/// The most parents an asset can have.
pub const PARENTS_MAX: usize = 16;
/// The most co-owners an asset can have.
pub const CO_OWNERS_MAX: usize = 16;
/// The longest path through parents.
pub const DEPTH_MAX: u8 = 32;

/// Of `Asset::status`: in use. Retired will be 2.
pub const ASSET_ACTIVE: u8 = 1;

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
    /// 0: royalties are shares of what the child receives.
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
    pub reserved_small: [u8; 2],
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
    /// For pending terms with their slot, transfers, disputes, retirement and
    /// collections.
    pub reserved: [u8; 128],
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
