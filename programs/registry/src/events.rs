//! What the registry tells: one event a change, by self-CPI, each in one
//! shard's dense sequence, so that a reader can prove it missed none. The same
//! structs stand in the client; a test compares them through the IDL.

use anchor_lang::prelude::*;

/// A parent and what it asks for.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Parent {
    /// The parent's record; its sequence is lower than the child's.
    pub asset: Address,
    /// Basis points of what the child receives.
    pub royalty_bps: u16,
}

/// Somebody who shares in an asset's income.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct CoOwner {
    /// The claimant.
    pub key: Address,
    /// Basis points; all co-owners' together are 10,000.
    pub share_bps: u16,
}

/// The registry was set up. Shard 0, sequence 0.
#[event]
pub struct RegistryInitialized {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// Who may change settings.
    pub governor: Address,
    /// The cluster's genesis hash, which commitments contain.
    pub genesis: [u8; 32],
    /// Slots that must pass between commitment and reveal.
    pub reveal_min_slots: u64,
    /// Slots after which a commitment is stale.
    pub reveal_max_slots: u64,
    /// When.
    pub slot: u64,
}

/// Another sequence was opened; its own first event, sequence 0.
#[event]
pub struct ShardOpened {
    /// The new shard.
    pub shard: u8,
    /// Always 0.
    pub sequence: u64,
    /// When.
    pub slot: u64,
}

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
    /// 0: royalties are shares of what the child receives.
    pub royalty_mode: u8,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// Its place in the order of all registrations.
    pub asset_sequence: u64,
    /// Basis points of the absolute royalties through all ancestors.
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
