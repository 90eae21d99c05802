//! Events of every kind, made at random: not always such as the programs would
//! let happen, but each fit to be stored.

use crate::world::address;
use rand::Rng;
use rand::rngs::StdRng;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Signature;
use std::collections::BTreeMap;
use tributary_client::registry::{
    CoOwner, CollectionCreated, CollectionJoined, CollectionLeft, Displaced, DisputeEnded, DisputeOpened, DisputeRuled,
    GatewayKeyAdded, GatewayKeyRevoked, GatewayRegistered, Parent, Reassigned, ReassignmentCancelled, Registered,
    RegistryEvent, Retired, TermsSet, TransferOffered, Transferred, UsesSet,
};
use tributary_client::rewards::{
    Change, ChangeApplied, ChangeCancelled, ChangeProposed, Claimed, Deposited, Paused, Recapitalised, RecipientSet,
    RefundRequested, RewardsEvent, RootActivated, RootAttested, RootPosted, RootVetoed, RootsDisabled, Tightened,
    Unpaused, VaultCreated,
};
use tributary_client::{ChainEvent, pda};
use tributary_core::hash::sha256;
use tributary_core::position::Slot;
use tributary_indexer::event::{EventId, IndexedEvent, position};

/// Makes events, dense in their streams.
#[derive(Clone, Default)]
pub struct Events {
    next: BTreeMap<Pubkey, u64>,
    made: u64,
    assets: Vec<Pubkey>,
    roots: BTreeMap<Pubkey, Vec<[u8; 32]>>,
    gateways: u32,
    collections: u32,
    /// Tells transactions of forks apart.
    pub branch: u64,
}

fn key(of: &[u8], number: u64) -> [u8; 32] {
    sha256(&[of, &number.to_le_bytes()])
}

fn person(random: &mut StdRng) -> Pubkey {
    address(&format!("person {}", random.random_range(0..4)))
}

fn co_owners(random: &mut StdRng) -> Vec<CoOwner> {
    let first = random.random_range(1..10_000);
    vec![
        CoOwner { key: address("first"), share_bps: first },
        CoOwner { key: person(random), share_bps: 10_000 - first },
    ]
}

impl Events {
    /// An event with its place in a slot.
    pub fn placed(&mut self, slot: u64, event: ChainEvent) -> IndexedEvent {
        let (program, data) = match &event {
            ChainEvent::Registry(event) => (pda::REGISTRY, event.encode()),
            ChainEvent::Rewards(event) => (pda::REWARDS, event.encode()),
        };
        self.made += 1;
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&key(&data, self.made));
        signature[32..40].copy_from_slice(&self.branch.to_le_bytes());
        let (stream, sequence) = position(&event);
        let id = EventId { signature: Signature::from(signature), outer: 1, inner: 0 };
        IndexedEvent { id, slot: Slot(slot), block_time: None, program, stream, sequence, event, data }
    }

    /// The next sequence of a shard.
    pub fn in_shard(&mut self, shard: u8) -> u64 {
        self.sequence(pda::shard(shard))
    }

    pub fn sequence(&mut self, stream: Pubkey) -> u64 {
        let next = self.next.entry(stream).or_default();
        *next += 1;
        *next - 1
    }

    /// A registration of a new dataset.
    pub fn registered(&mut self, shard: u8, slot: u64, owner: Pubkey, co_owners: Vec<CoOwner>) -> Registered {
        let number = self.assets.len() as u64;
        let asset = Pubkey::new_from_array(key(b"asset", number));
        let parents = self.assets.last().map(|asset| Parent { asset: *asset, royalty_bps: 700 });
        self.assets.push(asset);
        Registered {
            shard,
            sequence: self.in_shard(shard),
            asset,
            kind: 1,
            content_id: key(b"content", number),
            content_hash: key(b"hash", number),
            content_length: 9,
            owner,
            metadata_hash: [1; 32],
            uri_hash: [2; 32],
            licence: *b"MIT\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            uses: 7,
            royalty_mode: 0,
            mix_bps: [0; 5],
            asset_sequence: number,
            stack_bps: 700,
            effective_slot: slot,
            slot,
            parents: parents.into_iter().collect(),
            co_owners,
        }
    }

    /// The same record, taken over by an older commitment.
    pub fn displaced(&mut self, shard: u8, slot: u64, of: &Registered, owner: Pubkey, commit_slot: u64) -> Displaced {
        Displaced {
            shard,
            sequence: self.in_shard(shard),
            asset: of.asset,
            kind: of.kind,
            content_id: of.content_id,
            content_hash: of.content_hash,
            content_length: of.content_length,
            owner,
            metadata_hash: [8; 32],
            uri_hash: of.uri_hash,
            licence: of.licence,
            uses: 1,
            royalty_mode: 1,
            mix_bps: of.mix_bps,
            asset_sequence: of.asset_sequence,
            stack_bps: 0,
            effective_slot: slot + 10,
            slot,
            parents: vec![],
            co_owners: vec![CoOwner { key: owner, share_bps: 10_000 }],
            previous_owner: of.owner,
            commit_slot,
        }
    }

    /// Any event at all.
    pub fn any(&mut self, slot: u64, random: &mut StdRng) -> IndexedEvent {
        let event = if self.assets.is_empty() || random.random_range(0..2) == 0 {
            self.of_registry(slot, random)
        } else {
            self.of_rewards(slot, random)
        };
        self.placed(slot, event)
    }

    fn of_registry(&mut self, slot: u64, random: &mut StdRng) -> ChainEvent {
        let shard = random.random_range(0..3u8);
        let (owner, other) = (person(random), person(random));
        let effective_slot = slot + random.random_range(0..40);
        let kind = if self.assets.is_empty() { 0 } else { random.random_range(0..18) };
        if kind <= 1 {
            let shares = co_owners(random);
            return ChainEvent::Registry(RegistryEvent::Registered(Box::new(
                self.registered(shard, slot, owner, shares),
            )));
        }
        let number = random.random_range(0..self.assets.len());
        let asset = self.assets[number];
        if kind == 2 {
            let mut again = self.clone();
            again.assets.truncate(number);
            let of = again.registered(shard, slot, other, vec![]);
            // Each older than any before.
            let commit_slot = 1_000_000 - self.made;
            return ChainEvent::Registry(RegistryEvent::Displaced(Box::new(self.displaced(
                shard,
                slot,
                &of,
                owner,
                commit_slot,
            ))));
        }
        let sequence = self.in_shard(shard);
        let (co_owners, mix_bps, bond) = (co_owners(random), [2_000; 5], 5);
        let collection = address(&format!("collection {}", random.random_range(0..3)));
        let gateway = address(&format!("gateway {}", random.random_range(0..3)));
        ChainEvent::Registry(match kind {
            3 | 4 => RegistryEvent::TermsSet(Box::new(TermsSet {
                shard,
                sequence,
                asset,
                owner,
                mix_bps,
                effective_slot,
                co_owners,
                slot,
            })),
            5 => RegistryEvent::TransferOffered(Box::new(TransferOffered {
                shard,
                sequence,
                asset,
                owner,
                to: other,
                slot,
            })),
            6 => RegistryEvent::Transferred(Box::new(Transferred {
                shard,
                sequence,
                asset,
                previous_owner: owner,
                owner: other,
                mix_bps,
                effective_slot,
                co_owners,
                slot,
            })),
            7 | 8 => RegistryEvent::UsesSet(Box::new(UsesSet {
                shard,
                sequence,
                asset,
                uses: 1,
                next_uses: 5,
                effective_slot,
                slot,
            })),
            9 => RegistryEvent::Retired(Box::new(Retired { shard, sequence, asset, owner, slot })),
            10 => RegistryEvent::DisputeOpened(Box::new(DisputeOpened {
                shard,
                sequence,
                asset,
                challenger: other,
                evidence_hash: [4; 32],
                bond,
                deadline_slot: slot + 50,
                slot,
            })),
            11 => RegistryEvent::DisputeRuled(Box::new(DisputeRuled {
                shard,
                sequence,
                asset,
                verdict: random.random_range(0..2),
                challenger: other,
                owner,
                bond,
                ripe_slot: slot + 9,
                ripe_second: 3,
                slot,
            })),
            12 => RegistryEvent::DisputeEnded(Box::new(DisputeEnded {
                shard,
                sequence,
                asset,
                challenger: other,
                owner,
                bond,
                slot,
            })),
            13 => RegistryEvent::Reassigned(Box::new(Reassigned {
                shard,
                sequence,
                asset,
                previous_owner: owner,
                owner: other,
                mix_bps,
                effective_slot: slot,
                slot,
            })),
            14 => RegistryEvent::ReassignmentCancelled(Box::new(ReassignmentCancelled {
                shard,
                sequence,
                asset,
                challenger: other,
                slot,
            })),
            15 => {
                self.collections += 1;
                let collection = Pubkey::new_from_array(key(b"collection", self.collections.into()));
                RegistryEvent::CollectionCreated(Box::new(CollectionCreated {
                    shard,
                    sequence,
                    collection,
                    curator: owner,
                    index: self.collections,
                    share_bps: 100,
                    metadata_hash: [5; 32],
                    slot,
                }))
            }
            16 if random.random() => RegistryEvent::CollectionJoined(Box::new(CollectionJoined {
                shard,
                sequence,
                asset,
                collection,
                curator: owner,
                share_bps: 100,
                effective_slot,
                slot,
            })),
            16 => RegistryEvent::CollectionLeft(Box::new(CollectionLeft {
                shard,
                sequence,
                asset,
                collection,
                effective_slot,
                slot,
            })),
            _ => match random.random_range(0..3) {
                0 => {
                    self.gateways += 1;
                    let gateway = Pubkey::new_from_array(key(b"gateway", self.gateways.into()));
                    RegistryEvent::GatewayRegistered(Box::new(GatewayRegistered {
                        shard,
                        sequence,
                        gateway,
                        operator: owner,
                        index: self.gateways,
                        slot,
                    }))
                }
                1 => RegistryEvent::GatewayKeyAdded(Box::new(GatewayKeyAdded {
                    shard,
                    sequence,
                    gateway,
                    key: other,
                    valid_from: slot,
                    slot,
                })),
                _ => RegistryEvent::GatewayKeyRevoked(Box::new(GatewayKeyRevoked {
                    shard,
                    sequence,
                    gateway,
                    key: other,
                    revoked_from: slot + 2,
                    slot,
                })),
            },
        })
    }

    fn of_rewards(&mut self, slot: u64, random: &mut StdRng) -> ChainEvent {
        let vault = address(&format!("vault {}", random.random_range(0..2)));
        let (by, other) = (person(random), person(random));
        let sequence = self.sequence(vault);
        let change = match random.random_range(0..4) {
            0 => Change::PolicySet([slot as u8; 32]),
            1 => Change::Growth { per_slot: [1, 2, 3], burst: [4, 5, u64::MAX] },
            2 => Change::Poster(other),
            _ => Change::Window { slots: 7, seconds: 8 },
        };
        if sequence == 0 {
            return ChainEvent::Rewards(RewardsEvent::VaultCreated(Box::new(VaultCreated {
                vault,
                sequence,
                mint: address("mint"),
                token_program: pda::TOKEN,
                token_account: address("token account"),
                decimals: 6,
                domain: [3; 32],
                challenge_slots: 5,
                challenge_seconds: 10,
                growth_per_slot: 1,
                growth_burst: u64::MAX,
                outflow_per_slot: 0,
                outflow_burst: u64::MAX,
                policy_set: [7; 32],
                fee_bps: 0,
                freezable: false,
                slot,
            })));
        }
        let roots = self.roots.entry(vault).or_default();
        let kind = if roots.is_empty() { 0 } else { random.random_range(0..16) };
        if kind < 2 {
            let epoch = roots.len() as u64 + 1;
            let root_id = key(vault.as_ref(), sequence);
            roots.push(root_id);
            return ChainEvent::Rewards(RewardsEvent::RootPosted(Box::new(RootPosted {
                vault,
                sequence,
                place: 0,
                root_id,
                epoch,
                attempt: 0,
                parent: [0; 32],
                finalised_slot: slot.saturating_sub(32),
                tree_hash: [1; 32],
                class_totals: [1, 2, 3],
                overpaid: [0; 3],
                leaf_count: 1,
                manifest: [2; 32],
                policy_set: [7; 32],
                opens_slot: slot + 5,
                opens_at: 9,
                slot,
            })));
        }
        let root_id = roots[random.random_range(0..roots.len())];
        let (reason, epoch, nonce) = (1, 1, slot);
        ChainEvent::Rewards(match kind {
            2 | 3 => RewardsEvent::RootAttested(Box::new(RootAttested {
                vault,
                sequence,
                root_id,
                watcher: by,
                attestations: random.random_range(1..4),
                slot,
            })),
            4 => RewardsEvent::RootVetoed(Box::new(RootVetoed { vault, sequence, root_id, watcher: by, reason, slot })),
            5 => RewardsEvent::RootActivated(Box::new(RootActivated { vault, sequence, root_id, epoch, slot })),
            6 => RewardsEvent::RootsDisabled(Box::new(RootsDisabled {
                vault,
                sequence,
                head_root: [0; 32],
                head_epoch: 0,
                by,
                reason,
                slot,
                paid: [0; 3],
                roots: roots.clone(),
            })),
            7 => RewardsEvent::Claimed(Box::new(Claimed {
                vault,
                sequence,
                epoch,
                class: 0,
                claimant: by,
                destination: other,
                paid: 3,
                claimed: 4,
                slot,
            })),
            8 => RewardsEvent::RefundRequested(Box::new(RefundRequested { vault, sequence, payer: by, slot })),
            9 => RewardsEvent::ChangeProposed(Box::new(ChangeProposed {
                vault,
                sequence,
                nonce,
                ready_slot: u64::MAX,
                ready_at: 9,
                slot,
                change,
            })),
            10 => RewardsEvent::ChangeApplied(Box::new(ChangeApplied { vault, sequence, nonce, slot, change })),
            11 => RewardsEvent::ChangeCancelled(Box::new(ChangeCancelled { vault, sequence, nonce, by, slot })),
            12 => RewardsEvent::Tightened(Box::new(Tightened { vault, sequence, slot, change })),
            13 if random.random() => {
                RewardsEvent::Paused(Box::new(Paused { vault, sequence, flags: 5, by, until: 99, slot }))
            }
            13 => RewardsEvent::Unpaused(Box::new(Unpaused { vault, sequence, by, slot })),
            14 => RewardsEvent::Recapitalised(Box::new(Recapitalised {
                vault,
                sequence,
                by,
                amount: 5,
                recapitalised: 6,
                slot,
            })),
            15 => RewardsEvent::RecipientSet(Box::new(RecipientSet {
                vault,
                sequence,
                claimant: by,
                recipient: other,
                slot,
            })),
            _ => RewardsEvent::Deposited(Box::new(Deposited {
                vault,
                sequence,
                payer: by,
                amount: 5,
                payer_total: 6,
                deposited: 7,
                slot,
            })),
        })
    }
}
