//! Terms that pay people, and transfers.

use super::CoOwner;
use anchor_lang::prelude::*;

/// Terms were set that count from a later slot, instead of any others that were to follow.
#[event]
pub struct TermsSet {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// Who set them.
    pub owner: Address,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// From which slot the terms count.
    pub effective_slot: u64,
    /// 1 to 16.
    pub co_owners: Vec<CoOwner>,
    /// When.
    pub slot: u64,
}

/// An owner offered an asset, or withdrew the offer.
#[event]
pub struct TransferOffered {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// Who offers it.
    pub owner: Address,
    /// Who may accept; zeros when the offer was withdrawn.
    pub to: Address,
    /// When.
    pub slot: u64,
}

/// An asset changed hands. What was earned before stays with who earned it.
#[event]
pub struct Transferred {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// Who owned it.
    pub previous_owner: Address,
    /// Who may change the record now.
    pub owner: Address,
    /// How a model mixes P0 to P4 from that slot on.
    pub mix_bps: [u16; 5],
    /// From which slot the terms count.
    pub effective_slot: u64,
    /// The co-owners from that slot on.
    pub co_owners: Vec<CoOwner>,
    /// When.
    pub slot: u64,
}
