//! Collections of datasets.

use anchor_lang::prelude::*;

/// A curator opened a collection.
#[event]
pub struct CollectionCreated {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The collection's record.
    pub collection: Address,
    /// Who keeps it.
    pub curator: Address,
    /// Which of the curator's collections.
    pub index: u32,
    /// Basis points of what a member dataset receives; they never change.
    pub share_bps: u16,
    /// SHA-256 of the published metadata.
    pub metadata_hash: [u8; 32],
    /// When.
    pub slot: u64,
}

/// A dataset joined a collection.
#[event]
pub struct CollectionJoined {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// The collection's record.
    pub collection: Address,
    /// Who receives the share.
    pub curator: Address,
    /// Basis points of what the dataset receives.
    pub share_bps: u16,
    /// The first slot of the membership.
    pub effective_slot: u64,
    /// When.
    pub slot: u64,
}

/// A dataset is leaving a collection.
#[event]
pub struct CollectionLeft {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// The collection's record.
    pub collection: Address,
    /// The first slot after the membership.
    pub effective_slot: u64,
    /// When.
    pub slot: u64,
}
