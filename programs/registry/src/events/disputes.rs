//! Disputes and what follows from them.

use anchor_lang::prelude::*;

/// Somebody disputes who owns an asset.
#[event]
pub struct DisputeOpened {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// Who.
    pub challenger: Address,
    /// SHA-256 of the published evidence.
    pub evidence_hash: [u8; 32],
    /// What whoever loses forfeits or never gets back, in lamports.
    pub bond: u64,
    /// The last slot at which the arbiter may rule.
    pub deadline_slot: u64,
    /// When.
    pub slot: u64,
}

/// The arbiter ruled a dispute.
#[event]
pub struct DisputeRuled {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// 0 for the owner, 1 for the challenger.
    pub verdict: u8,
    /// Who opened it.
    pub challenger: Address,
    /// The owner at the time.
    pub owner: Address,
    /// The bond, which went to whom it was ruled for.
    pub bond: u64,
    /// The first slot at which the asset may be reassigned; 0 when it was ruled for the owner.
    pub ripe_slot: u64,
    /// The first second at which it may be; 0 when it was ruled for the owner.
    pub ripe_second: i64,
    /// When.
    pub slot: u64,
}

/// A dispute ended in the owner's favour because nobody ruled it in time.
#[event]
pub struct DisputeEnded {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// Who opened it.
    pub challenger: Address,
    /// Who got the bond.
    pub owner: Address,
    /// The bond in lamports.
    pub bond: u64,
    /// When.
    pub slot: u64,
}

/// An upheld dispute took effect: the challenger owns the asset, alone.
#[event]
pub struct Reassigned {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// Who owned it.
    pub previous_owner: Address,
    /// Who does now, and receives the whole.
    pub owner: Address,
    /// How a model mixes P0 to P4.
    pub mix_bps: [u16; 5],
    /// From which slot the terms count.
    pub effective_slot: u64,
    /// When.
    pub slot: u64,
}

/// The governor cancelled a reassignment: the owner keeps the asset.
#[event]
pub struct ReassignmentCancelled {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record.
    pub asset: Address,
    /// Who would have got it.
    pub challenger: Address,
    /// When.
    pub slot: u64,
}
