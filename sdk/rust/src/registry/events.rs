//! Events of the registry. Each stands in one shard's dense sequence, so that a
//! reader can prove it missed none.

use super::RegistrySettings;
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
            /// Delays, windows and deposits.
            settings: RegistrySettings,
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
            /// 0 relative, 1 absolute.
            royalty_mode: u8,
            /// How a model mixes P0 to P4, in basis points; zeros for the default.
            mix_bps: [u16; 5],
            /// Its place in the order of all registrations.
            asset_sequence: u64,
            /// Basis points of its income that its ancestors receive together.
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
        /// An older commitment took a record over: everything in it is new, except content and place.
        Displaced {
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
            /// 0 relative, 1 absolute.
            royalty_mode: u8,
            /// How a model mixes P0 to P4, in basis points; zeros for the default.
            mix_bps: [u16; 5],
            /// Its place in the order of all registrations.
            asset_sequence: u64,
            /// Basis points of its income that its ancestors receive together.
            stack_bps: u16,
            /// From which slot the terms count.
            effective_slot: u64,
            /// When.
            slot: u64,
            /// At most 16, as given.
            parents: Vec<Parent>,
            /// 1 to 16.
            co_owners: Vec<CoOwner>,
            /// Who had registered it.
            previous_owner: Address,
            /// When the older commitment was recorded.
            commit_slot: u64,
        }
        /// Terms were set that count from a later slot, instead of any others that were to follow.
        TermsSet {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// Who set them.
            owner: Address,
            /// How a model mixes P0 to P4, in basis points; zeros for the default.
            mix_bps: [u16; 5],
            /// From which slot the terms count.
            effective_slot: u64,
            /// 1 to 16.
            co_owners: Vec<CoOwner>,
            /// When.
            slot: u64,
        }
        /// An owner offered an asset, or withdrew the offer.
        TransferOffered {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// Who offers it.
            owner: Address,
            /// Who may accept; zeros when the offer was withdrawn.
            to: Address,
            /// When.
            slot: u64,
        }
        /// An asset changed hands. What was earned before stays with who earned it.
        Transferred {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// Who owned it.
            previous_owner: Address,
            /// Who may change the record now.
            owner: Address,
            /// How a model mixes P0 to P4 from that slot on.
            mix_bps: [u16; 5],
            /// From which slot the terms count.
            effective_slot: u64,
            /// The co-owners from that slot on.
            co_owners: Vec<CoOwner>,
            /// When.
            slot: u64,
        }
        /// The permitted uses changed: what was taken away ended at once.
        UsesSet {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// What is permitted now, as bits.
            uses: u8,
            /// What is permitted from the effective slot on.
            next_uses: u8,
            /// From which slot what was added counts; now when nothing was.
            effective_slot: u64,
            /// When.
            slot: u64,
        }
        /// An owner withdrew an asset: nothing new is made from it.
        Retired {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// Who withdrew it.
            owner: Address,
            /// When.
            slot: u64,
        }
        /// Somebody disputes who owns an asset.
        DisputeOpened {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// Who.
            challenger: Address,
            /// SHA-256 of the published evidence.
            evidence_hash: [u8; 32],
            /// What whoever loses forfeits or never gets back, in lamports.
            bond: u64,
            /// The last slot at which the arbiter may rule.
            deadline_slot: u64,
            /// When.
            slot: u64,
        }
        /// The arbiter ruled a dispute.
        DisputeRuled {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// 0 for the owner, 1 for the challenger.
            verdict: u8,
            /// Who opened it.
            challenger: Address,
            /// The owner at the time.
            owner: Address,
            /// The bond, which went to whom it was ruled for.
            bond: u64,
            /// The first slot at which the asset may be reassigned; 0 when it was ruled for the owner.
            ripe_slot: u64,
            /// The first second at which it may be; 0 when it was ruled for the owner.
            ripe_second: i64,
            /// When.
            slot: u64,
        }
        /// A dispute ended in the owner's favour because nobody ruled it in time.
        DisputeEnded {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// Who opened it.
            challenger: Address,
            /// Who got the bond.
            owner: Address,
            /// The bond in lamports.
            bond: u64,
            /// When.
            slot: u64,
        }
        /// An upheld dispute took effect: the challenger owns the asset, alone.
        Reassigned {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// Who owned it.
            previous_owner: Address,
            /// Who does now, and receives the whole.
            owner: Address,
            /// How a model mixes P0 to P4.
            mix_bps: [u16; 5],
            /// From which slot the terms count.
            effective_slot: u64,
            /// When.
            slot: u64,
        }
        /// The governor cancelled a reassignment: the owner keeps the asset.
        ReassignmentCancelled {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// Who would have got it.
            challenger: Address,
            /// When.
            slot: u64,
        }
        /// A curator opened a collection.
        CollectionCreated {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The collection's record.
            collection: Address,
            /// Who keeps it.
            curator: Address,
            /// Which of the curator's collections.
            index: u32,
            /// Basis points of what a member dataset receives; they never change.
            share_bps: u16,
            /// SHA-256 of the published metadata.
            metadata_hash: [u8; 32],
            /// When.
            slot: u64,
        }
        /// A dataset joined a collection.
        CollectionJoined {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// The collection's record.
            collection: Address,
            /// Who receives the share.
            curator: Address,
            /// Basis points of what the dataset receives.
            share_bps: u16,
            /// The first slot of the membership.
            effective_slot: u64,
            /// When.
            slot: u64,
        }
        /// A dataset is leaving a collection.
        CollectionLeft {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// The record.
            asset: Address,
            /// The collection's record.
            collection: Address,
            /// The first slot after the membership.
            effective_slot: u64,
            /// When.
            slot: u64,
        }
        /// The governor proposed a successor.
        GovernorProposed {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// Who was proposed.
            next: Address,
            /// From which slot it may accept.
            ripe_slot: u64,
            /// From which second it may accept.
            ripe_second: i64,
            /// When.
            slot: u64,
        }
        /// The proposed governor accepted.
        GovernorChanged {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// Who governed.
            previous: Address,
            /// Who governs now.
            governor: Address,
            /// When.
            slot: u64,
        }
        /// The governor took a proposed successor back.
        GovernorCancelled {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// Who had been proposed.
            next: Address,
            /// When.
            slot: u64,
        }
        /// The governor proposed settings.
        SettingsProposed {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// What was proposed.
            settings: RegistrySettings,
            /// From which slot they may be applied.
            ripe_slot: u64,
            /// From which second they may be applied.
            ripe_second: i64,
            /// When.
            slot: u64,
        }
        /// Settings took effect: after the timelock, or at once when they only tighten.
        SettingsApplied {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// What counts from now on.
            settings: RegistrySettings,
            /// When.
            slot: u64,
        }
        /// The governor took proposed settings back.
        SettingsCancelled {
            /// The shard of the sequence.
            shard: u8,
            /// Dense in the shard.
            sequence: u64,
            /// When.
            slot: u64,
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
            Self::Displaced(e) => (e.shard, e.sequence),
            Self::TermsSet(e) => (e.shard, e.sequence),
            Self::TransferOffered(e) => (e.shard, e.sequence),
            Self::Transferred(e) => (e.shard, e.sequence),
            Self::UsesSet(e) => (e.shard, e.sequence),
            Self::Retired(e) => (e.shard, e.sequence),
            Self::DisputeOpened(e) => (e.shard, e.sequence),
            Self::DisputeRuled(e) => (e.shard, e.sequence),
            Self::DisputeEnded(e) => (e.shard, e.sequence),
            Self::Reassigned(e) => (e.shard, e.sequence),
            Self::ReassignmentCancelled(e) => (e.shard, e.sequence),
            Self::CollectionCreated(e) => (e.shard, e.sequence),
            Self::CollectionJoined(e) => (e.shard, e.sequence),
            Self::CollectionLeft(e) => (e.shard, e.sequence),
            Self::GovernorProposed(e) => (e.shard, e.sequence),
            Self::GovernorChanged(e) => (e.shard, e.sequence),
            Self::GovernorCancelled(e) => (e.shard, e.sequence),
            Self::SettingsProposed(e) => (e.shard, e.sequence),
            Self::SettingsApplied(e) => (e.shard, e.sequence),
            Self::SettingsCancelled(e) => (e.shard, e.sequence),
            Self::GatewayRegistered(e) => (e.shard, e.sequence),
            Self::GatewayKeyAdded(e) => (e.shard, e.sequence),
            Self::GatewayKeyRevoked(e) => (e.shard, e.sequence),
        }
    }
}

impl Displaced {
    /// The record as if it had been registered like this: what readers keep of it.
    pub fn registered(&self) -> Registered {
        Registered {
            shard: self.shard,
            sequence: self.sequence,
            asset: self.asset,
            kind: self.kind,
            content_id: self.content_id,
            content_hash: self.content_hash,
            content_length: self.content_length,
            owner: self.owner,
            metadata_hash: self.metadata_hash,
            uri_hash: self.uri_hash,
            licence: self.licence,
            uses: self.uses,
            royalty_mode: self.royalty_mode,
            mix_bps: self.mix_bps,
            asset_sequence: self.asset_sequence,
            stack_bps: self.stack_bps,
            effective_slot: self.effective_slot,
            slot: self.slot,
            parents: self.parents.clone(),
            co_owners: self.co_owners.clone(),
        }
    }
}
