//! Gateways and their keys.

use anchor_lang::prelude::*;

/// A gateway was registered.
#[event]
pub struct GatewayRegistered {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The record's address.
    pub gateway: Address,
    /// Who runs it; it may serve the agents that this key owns.
    pub operator: Address,
    /// Which of the operator's gateways.
    pub index: u32,
    /// When.
    pub slot: u64,
}

/// A gateway may sign with a key.
#[event]
pub struct GatewayKeyAdded {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The gateway's record.
    pub gateway: Address,
    /// An Ed25519 key.
    pub key: Address,
    /// The first slot at which its signatures count.
    pub valid_from: u64,
    /// When.
    pub slot: u64,
}

/// A gateway may no longer sign with a key.
#[event]
pub struct GatewayKeyRevoked {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// The gateway's record.
    pub gateway: Address,
    /// The key.
    pub key: Address,
    /// The first slot at which its signatures no longer count.
    pub revoked_from: u64,
    /// When.
    pub slot: u64,
}
