//! Decoded events of a chain that is used a lot, the same in every run: claims,
//! deposits, registrations and roots of a hundred vaults and four shards.

use solana_address::Address;
use solana_sdk::signature::Signature;
use std::collections::BTreeMap;
use tributary_client::registry::{
    CoOwner, Committed, Parent, Registered, RegistryEvent, RegistryInitialized, RegistrySettings, ShardOpened,
    TermsSet, UsesSet,
};
use tributary_client::rewards::{
    Claimed, Deposited, RefundRequested, RewardsEvent, RootActivated, RootPosted, VaultCreated,
};
use tributary_client::{ChainEvent, pda};
use tributary_core::hash::sha256;
use tributary_core::position::Slot;
use tributary_indexer::event::{EventId, IndexedEvent, position};

const VAULTS: u64 = 100;
const SHARDS: u8 = 4;
const EVENTS_PER_SLOT: u64 = 200;
const PEOPLE: u64 = 100_000;

fn hash(what: &str, number: u64) -> [u8; 32] {
    sha256(&[what.as_bytes(), &number.to_le_bytes()])
}

fn address(what: &str, number: u64) -> Address {
    Address::new_from_array(hash(what, number))
}

/// Makes events, one after the other.
#[derive(Default)]
pub struct History {
    made: u64,
    next: BTreeMap<Address, u64>,
    assets: u64,
    epochs: BTreeMap<u64, u64>,
}

impl History {
    /// The slot of the last event made.
    pub fn slot(&self) -> Slot {
        Slot(1 + self.made.saturating_sub(1) / EVENTS_PER_SLOT)
    }

    /// The next events.
    pub fn take(&mut self, count: u64) -> Vec<IndexedEvent> {
        (0..count).map(|_| self.make()).collect()
    }

    fn make(&mut self) -> IndexedEvent {
        let number = self.made;
        self.made += 1;
        let slot = self.slot();
        let opening = VAULTS + u64::from(SHARDS);
        let event = if number < VAULTS {
            ChainEvent::Rewards(self.vault_created(number, slot.0))
        } else if number < opening {
            ChainEvent::Registry(self.shard_opened((number - VAULTS) as u8, slot.0))
        } else {
            self.any(number, slot.0)
        };
        let data = match &event {
            ChainEvent::Registry(event) => event.encode(),
            ChainEvent::Rewards(event) => event.encode(),
        };
        let program = if matches!(event, ChainEvent::Registry(_)) { pda::REGISTRY } else { pda::REWARDS };
        let (stream, sequence) = position(&event);
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&hash("signature", number));
        signature[32..].copy_from_slice(&hash("signature", number + (1 << 63)));
        let id = EventId { signature: Signature::from(signature), outer: 1, inner: 2 };
        IndexedEvent { id, slot, block_time: Some(1_700_000_000), program, stream, sequence, event, data }
    }

    fn any(&mut self, number: u64, slot: u64) -> ChainEvent {
        let vault = hash("which vault", number)[0] as u64 % VAULTS;
        let shard = (number % u64::from(SHARDS)) as u8;
        match number % 100 {
            0..50 => ChainEvent::Rewards(self.claimed(vault, number, slot)),
            50..80 => ChainEvent::Rewards(self.deposited(vault, number, slot)),
            80 => ChainEvent::Rewards(self.refund_requested(vault, number, slot)),
            81 => ChainEvent::Rewards(self.root(vault, slot)),
            82..90 => ChainEvent::Registry(self.committed(shard, number, slot)),
            90..96 => ChainEvent::Registry(self.registered(shard, slot)),
            96..98 => ChainEvent::Registry(self.terms_set(shard, number, slot)),
            _ => ChainEvent::Registry(self.uses_set(shard, number, slot)),
        }
    }

    fn sequence(&mut self, stream: Address) -> u64 {
        let next = self.next.entry(stream).or_default();
        *next += 1;
        *next - 1
    }

    fn in_vault(&mut self, vault: u64) -> (Address, u64) {
        let vault = address("vault", vault);
        (vault, self.sequence(vault))
    }

    fn in_shard(&mut self, shard: u8) -> u64 {
        self.sequence(address("shard", shard.into()))
    }

    fn vault_created(&mut self, vault: u64, slot: u64) -> RewardsEvent {
        let (vault, sequence) = self.in_vault(vault);
        RewardsEvent::VaultCreated(Box::new(VaultCreated {
            vault,
            sequence,
            mint: address("mint", 0),
            token_program: pda::TOKEN,
            token_account: address("token account", 0),
            decimals: 6,
            domain: [3; 32],
            challenge_slots: 1_000,
            challenge_seconds: 10,
            growth_per_slot: 1,
            growth_burst: u64::MAX,
            outflow_per_slot: 0,
            outflow_burst: u64::MAX,
            policy_set: [7; 32],
            fee_bps: 0,
            freezable: false,
            slot,
        }))
    }

    fn shard_opened(&mut self, shard: u8, slot: u64) -> RegistryEvent {
        let sequence = self.in_shard(shard);
        if shard > 0 {
            return RegistryEvent::ShardOpened(Box::new(ShardOpened { shard, sequence, slot }));
        }
        RegistryEvent::RegistryInitialized(Box::new(RegistryInitialized {
            shard,
            sequence,
            governor: address("governor", 0),
            genesis: [1; 32],
            settings: RegistrySettings::local(address("arbiter", 0)),
            slot,
        }))
    }

    fn claimed(&mut self, vault: u64, number: u64, slot: u64) -> RewardsEvent {
        let (vault, sequence) = self.in_vault(vault);
        RewardsEvent::Claimed(Box::new(Claimed {
            vault,
            sequence,
            epoch: 1 + number / 10_000,
            class: 0,
            claimant: address("person", number % PEOPLE),
            destination: address("destination", number % PEOPLE),
            paid: 1_000_000 + number,
            claimed: 5_000_000 + number,
            slot,
        }))
    }

    fn deposited(&mut self, vault: u64, number: u64, slot: u64) -> RewardsEvent {
        let (vault, sequence) = self.in_vault(vault);
        RewardsEvent::Deposited(Box::new(Deposited {
            vault,
            sequence,
            payer: address("person", number % PEOPLE),
            amount: 1_000_000 + number,
            payer_total: 7_000_000 + number,
            deposited: 9_000_000 + number,
            slot,
        }))
    }

    fn refund_requested(&mut self, vault: u64, number: u64, slot: u64) -> RewardsEvent {
        let (vault, sequence) = self.in_vault(vault);
        let payer = address("person", number % PEOPLE);
        RewardsEvent::RefundRequested(Box::new(RefundRequested { vault, sequence, payer, slot }))
    }

    /// Posted and activated in turn.
    fn root(&mut self, number: u64, slot: u64) -> RewardsEvent {
        let (vault, sequence) = self.in_vault(number);
        let step = self.epochs.entry(number).or_default();
        *step += 1;
        let epoch = step.div_ceil(2);
        let root_id = hash("root", number << 32 | epoch);
        if step.is_multiple_of(2) {
            return RewardsEvent::RootActivated(Box::new(RootActivated { vault, sequence, root_id, epoch, slot }));
        }
        RewardsEvent::RootPosted(Box::new(RootPosted {
            vault,
            sequence,
            place: 0,
            root_id,
            epoch,
            attempt: 0,
            parent: [0; 32],
            finalised_slot: slot.saturating_sub(32),
            tree_hash: [1; 32],
            class_totals: [10, 20, 30],
            overpaid: [0; 3],
            leaf_count: 100,
            manifest: [2; 32],
            policy_set: [7; 32],
            opens_slot: slot + 1_000,
            opens_at: 1_700_000_000,
            slot,
        }))
    }

    fn committed(&mut self, shard: u8, number: u64, slot: u64) -> RegistryEvent {
        let sequence = self.in_shard(shard);
        RegistryEvent::Committed(Box::new(Committed { shard, sequence, commitment: hash("commitment", number), slot }))
    }

    fn registered(&mut self, shard: u8, slot: u64) -> RegistryEvent {
        let sequence = self.in_shard(shard);
        let number = self.assets;
        self.assets += 1;
        let parents = [number / 3, number / 2].map(|of| Parent { asset: address("asset", of), royalty_bps: 500 });
        let parents = if number < 8 { vec![] } else { parents.to_vec() };
        RegistryEvent::Registered(Box::new(Registered {
            shard,
            sequence,
            asset: address("asset", number),
            kind: 1,
            content_id: hash("content", number),
            content_hash: hash("content hash", number),
            content_length: 10_000,
            owner: address("person", number % PEOPLE),
            metadata_hash: hash("metadata", number),
            uri_hash: hash("uri", number),
            licence: *b"CC-BY-4.0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            uses: 7,
            royalty_mode: 0,
            mix_bps: [0; 5],
            asset_sequence: number,
            stack_bps: 1_000,
            effective_slot: slot,
            slot,
            parents,
            co_owners: co_owners(number),
        }))
    }

    fn terms_set(&mut self, shard: u8, number: u64, slot: u64) -> RegistryEvent {
        let sequence = self.in_shard(shard);
        let asset = number % self.assets.max(1);
        RegistryEvent::TermsSet(Box::new(TermsSet {
            shard,
            sequence,
            asset: address("asset", asset),
            owner: address("person", asset % PEOPLE),
            mix_bps: [0; 5],
            effective_slot: slot + 500,
            co_owners: co_owners(number),
            slot,
        }))
    }

    fn uses_set(&mut self, shard: u8, number: u64, slot: u64) -> RegistryEvent {
        let sequence = self.in_shard(shard);
        RegistryEvent::UsesSet(Box::new(UsesSet {
            shard,
            sequence,
            asset: address("asset", number % self.assets.max(1)),
            uses: 3,
            next_uses: 7,
            effective_slot: slot + 500,
            slot,
        }))
    }
}

fn co_owners(number: u64) -> Vec<CoOwner> {
    [(number, 6_000), (number + 1, 4_000)]
        .map(|(of, share_bps)| CoOwner { key: address("person", of % PEOPLE), share_bps })
        .to_vec()
}
