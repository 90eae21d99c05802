//! Events of the registry. Each stands in one shard's dense sequence, so that a
//! reader can prove it missed none.

use solana_address::Address;

/// A parent and what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub struct Parent {
    /// The parent's record; its sequence is lower than the child's.
    pub asset: Address,
    /// Basis points of what the child receives.
    pub royalty_bps: u16,
}

/// Somebody who shares in an asset's income.
#[derive(Clone, Copy, Debug, PartialEq, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub struct CoOwner {
    /// The claimant.
    pub key: Address,
    /// Basis points; all co-owners' together are 10,000.
    pub share_bps: u16,
}

crate::decode::events! {
    /// An event of the registry.
    RegistryEvent {
        /// The registry was set up. Shard 0, sequence 0.
        RegistryInitialized {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// Who may change settings.
            governor: Address,
            /// The cluster's genesis hash, which commitments contain.
            genesis: [u8; 32],
            /// Slots that must pass between commitment and reveal.
            reveal_min_slots: u64,
            /// Slots after which a commitment is stale.
            reveal_max_slots: u64,
            /// When.
            slot: u64,
        }
        /// Another sequence was opened; its own first event, sequence 0.
        ShardOpened {
            /// The new shard.
            shard: u8,
            /// Always 0.
            sequence: u64,
            /// When.
            slot: u64,
        }
        /// Somebody committed to register something.
        Committed {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The commitment's hash.
            commitment: [u8; 32],
            /// When.
            slot: u64,
        }
        /// An asset was registered.
        Registered {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record's address.
            asset: Address,
            /// 1 dataset, 2 model, 3 agent.
            kind: u8,
            /// The content's id.
            content_id: [u8; 32],
            /// SHA-256 of the content.
            content_hash: [u8; 32],
            /// The content's length in bytes.
            content_length: u64,
            /// Who may change the record.
            owner: Address,
            /// SHA-256 of the published metadata.
            metadata_hash: [u8; 32],
            /// SHA-256 of the content's URI.
            uri_hash: [u8; 32],
            /// SPDX identifier, padded with zeros.
            licence: [u8; 32],
            /// Permitted uses as bits.
            uses: u8,
            /// 0: royalties are shares of what the child receives.
            royalty_mode: u8,
            /// How a model mixes P0 to P4, in basis points; zeros for the default.
            mix_bps: [u16; 5],
            /// Its place in the order of all registrations.
            asset_sequence: u64,
            /// Basis points of the absolute royalties through all ancestors.
            stack_bps: u16,
            /// From which slot the terms count.
            effective_slot: u64,
            /// When.
            slot: u64,
            /// At most 16, as given.
            parents: Vec<Parent>,
            /// 1 to 16.
            co_owners: Vec<CoOwner>,
        }
        /// A gateway was registered.
        GatewayRegistered {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record's address.
            gateway: Address,
            /// Who runs it; it may serve the agents that this key owns.
            operator: Address,
            /// Which of the operator's gateways.
            index: u32,
            /// When.
            slot: u64,
        }
        /// A gateway may sign with a key.
        GatewayKeyAdded {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The gateway's record.
            gateway: Address,
            /// An Ed25519 key.
            key: Address,
            /// The first slot at which its signatures count.
            valid_from: u64,
            /// When.
            slot: u64,
        }
        /// A gateway may no longer sign with a key.
        GatewayKeyRevoked {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The gateway's record.
            gateway: Address,
            /// The key.
            key: Address,
            /// The first slot at which its signatures no longer count.
            revoked_from: u64,
            /// When.
            slot: u64,
        }
    }
}

impl RegistryEvent {
    /// Shard and sequence.
    pub fn position(&self) -> (u8, u64) {
        match self {
            Self::RegistryInitialized(e) => (e.shard, e.sequence),
            Self::ShardOpened(e) => (e.shard, e.sequence),
            Self::Committed(e) => (e.shard, e.sequence),
            Self::Registered(e) => (e.shard, e.sequence),
            Self::GatewayRegistered(e) => (e.shard, e.sequence),
            Self::GatewayKeyAdded(e) => (e.shard, e.sequence),
            Self::GatewayKeyRevoked(e) => (e.shard, e.sequence),
        }
    }
}
