//! Registrations: what makes a record, takes it over or withdraws it.

use super::{CoOwner, Parent};
use anchor_lang::prelude::*;

/// Somebody committed to register something.
#[event]
pub struct Committed {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The commitment's hash.
    pub commitment: [u8; 32],
    /// When.
    pub slot: u64,
}

/// An asset was registered.
#[event]
pub struct Registered {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record's address.
    pub asset: Address,
    /// 1 dataset, 2 model, 3 agent.
    pub kind: u8,
    /// The content's id.
    pub content_id: [u8; 32],
    /// SHA-256 of the content.
    pub content_hash: [u8; 32],
    /// The content's length in bytes.
    pub content_length: u64,
    /// Who may change the record.
    pub owner: Address,
    /// SHA-256 of the published metadata.
    pub metadata_hash: [u8; 32],
    /// SHA-256 of the content's URI.
    pub uri_hash: [u8; 32],
    /// SPDX identifier, padded with zeros.
    pub licence: [u8; 32],
    /// Permitted uses as bits.
    pub uses: u8,
    /// 0 relative, 1 absolute.
    pub royalty_mode: u8,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// Its place in the order of all registrations.
    pub asset_sequence: u64,
    /// Basis points of its income that its ancestors receive together.
    pub stack_bps: u16,
    /// From which slot the terms count.
    pub effective_slot: u64,
    /// When.
    pub slot: u64,
    /// At most 16, as given.
    pub parents: Vec<Parent>,
    /// 1 to 16.
    pub co_owners: Vec<CoOwner>,
}

/// An older commitment took a record over: everything in it is new, except content and place.
#[event]
pub struct Displaced {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record's address.
    pub asset: Address,
    /// 1 dataset, 2 model, 3 agent.
    pub kind: u8,
    /// The content's id.
    pub content_id: [u8; 32],
    /// SHA-256 of the content.
    pub content_hash: [u8; 32],
    /// The content's length in bytes.
    pub content_length: u64,
    /// Who may change the record.
    pub owner: Address,
    /// SHA-256 of the published metadata.
    pub metadata_hash: [u8; 32],
    /// SHA-256 of the content's URI.
    pub uri_hash: [u8; 32],
    /// SPDX identifier, padded with zeros.
    pub licence: [u8; 32],
    /// Permitted uses as bits.
    pub uses: u8,
    /// 0 relative, 1 absolute.
    pub royalty_mode: u8,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// Its place in the order of all registrations.
    pub asset_sequence: u64,
    /// Basis points of its income that its ancestors receive together.
    pub stack_bps: u16,
    /// From which slot the terms count.
    pub effective_slot: u64,
    /// When.
    pub slot: u64,
    /// At most 16, as given.
    pub parents: Vec<Parent>,
    /// 1 to 16.
    pub co_owners: Vec<CoOwner>,
    /// Who had registered it.
    pub previous_owner: Address,
    /// When the older commitment was recorded.
    pub commit_slot: u64,
}

/// The permitted uses changed: what was taken away ended at once.
#[event]
pub struct UsesSet {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// What is permitted now, as bits.
    pub uses: u8,
    /// What is permitted from the effective slot on.
    pub next_uses: u8,
    /// From which slot what was added counts; now when nothing was.
    pub effective_slot: u64,
    /// When.
    pub slot: u64,
}

/// An owner withdrew an asset: nothing new is made from it.
#[event]
pub struct Retired {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// Who withdrew it.
    pub owner: Address,
    /// When.
    pub slot: u64,
}
