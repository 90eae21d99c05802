//! A model of a chain: blocks, forks, and the streams' sequences as the programs
//! would give them out. What it says is the truth that stores are compared with.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use solana_address::Address;
use solana_sdk::signature::Signature;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::LazyLock;
use tributary_client::registry::{Committed, RegistryEvent};
use tributary_client::rewards::{Deposited, RewardsEvent, VaultCreated};
use tributary_client::{EVENT_TAG, pda};
use tributary_core::id::Commitment;
use tributary_core::position::Slot;
use tributary_indexer::decode::decode;
use tributary_indexer::event::{IndexedEvent, digest_after};
use tributary_indexer::source::{ChainTransaction, InnerInstruction, Tip};

/// Vaults that are used.
const VAULTS: u8 = 3;

/// A transaction as it was signed: what it would do, wherever it lands.
#[derive(Clone)]
struct Signed {
    signature: Signature,
    /// Streams in which it makes an event, in order.
    streams: Vec<Address>,
    fails: bool,
}

/// A transaction as it landed.
pub struct Landed {
    pub slot: Slot,
    pub failed: bool,
    pub transaction: ChainTransaction,
    /// The streams of its events.
    streams: Vec<Address>,
    pub mentions: BTreeSet<Address>,
}

impl Landed {
    pub fn signature(&self) -> Signature {
        self.transaction.signature
    }
}

/// The chain as a node that keeps up sees it at a moment.
pub struct View {
    pub tip: Tip,
    /// In order of execution.
    pub landed: Vec<Rc<Landed>>,
}

impl View {
    /// The next sequence of a stream as of a slot.
    pub fn head(&self, stream: &Address, at: Slot) -> u64 {
        let until = self.landed.iter().take_while(|landed| landed.slot <= at);
        until.flat_map(|landed| &landed.streams).filter(|of| *of == stream).count() as u64
    }
}

/// A chain.
pub struct Chain {
    random: StdRng,
    slot: u64,
    finality: u64,
    counter: u64,
    blocks: BTreeMap<u64, Vec<Signed>>,
    /// What can't change any more, executed.
    settled: Vec<Rc<Landed>>,
    /// Its events, in canonical order, and the digest after each slot with some.
    events: Vec<IndexedEvent>,
    digests: BTreeMap<Slot, Commitment>,
    next: BTreeMap<Address, u64>,
    settled_to: u64,
    /// A view of each slot, newest last.
    views: Vec<Rc<View>>,
}

/// Addresses that take long to derive.
pub static SHARD: LazyLock<Address> = LazyLock::new(|| pda::shard(0));
static REGISTRY_AUTHORITY: LazyLock<Address> = LazyLock::new(pda::registry_event_authority);
static REWARDS_AUTHORITY: LazyLock<Address> = LazyLock::new(pda::rewards_event_authority);

pub fn vault(nth: u8) -> Address {
    Address::new_from_array([100 + nth; 32])
}

/// All streams there can be.
pub fn streams() -> Vec<Address> {
    (0..VAULTS).map(vault).chain([*SHARD]).collect()
}

impl Chain {
    pub fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let finality = random.random_range(3..32);
        let mut chain = Self {
            random,
            slot: finality,
            finality,
            counter: seed << 20,
            blocks: BTreeMap::new(),
            settled: Vec::new(),
            events: Vec::new(),
            digests: BTreeMap::new(),
            next: BTreeMap::new(),
            settled_to: 0,
            views: Vec::new(),
        };
        chain.look();
        chain
    }

    /// The newest view.
    pub fn now(&self) -> Rc<View> {
        self.ago(0)
    }

    /// The view of so many slots ago.
    pub fn ago(&self, slots: usize) -> Rc<View> {
        self.views[self.views.len().saturating_sub(1 + slots)].clone()
    }

    /// All events up to a final slot, in canonical order.
    pub fn events(&self, to: Slot) -> Vec<IndexedEvent> {
        self.events.iter().filter(|event| event.slot <= to).cloned().collect()
    }

    /// The digest over them.
    pub fn digest(&self, to: Slot) -> Commitment {
        self.digests.range(..=to).next_back().map_or(Commitment([0; 32]), |(_, digest)| *digest)
    }

    /// Each stream's first event, so that nothing of it can be unknown.
    pub fn found(&mut self) {
        let founding = streams().into_iter().map(|stream| self.sign(vec![stream], false)).collect();
        self.blocks.insert(self.slot + 1, founding);
        self.pass(1, false, false);
    }

    /// Slots pass; with transactions, and with forks, if so asked.
    pub fn pass(&mut self, slots: u64, busy: bool, forks: bool) {
        for _ in 0..slots {
            self.slot += 1;
            if forks && self.random.random_range(0..10) == 0 {
                self.fork();
            }
            let count = if busy { self.random.random_range(0..4) } else { 0 };
            let fresh: Vec<_> = (0..count).map(|_| self.invent()).collect();
            self.blocks.entry(self.slot).or_default().extend(fresh);
            self.look();
        }
    }

    fn invent(&mut self) -> Signed {
        let known = streams();
        let count = self.random.random_range(0..3);
        let streams = (0..count).map(|_| known[self.random.random_range(0..known.len())]).collect();
        let fails = self.random.random_range(0..8) == 0;
        self.sign(streams, fails)
    }

    fn sign(&mut self, streams: Vec<Address>, fails: bool) -> Signed {
        self.counter += 1;
        // In no order that anybody could rely on.
        let hash = tributary_core::hash::sha256(&[&self.counter.to_le_bytes()]);
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&hash);
        Signed { signature: Signature::from(bytes), streams, fails }
    }

    /// The newest blocks are replaced: their transactions land elsewhere, in
    /// another order, with another outcome, or not at all.
    fn fork(&mut self) {
        let deepest = self.finality - 1;
        let shallow = self.random.random_range(0..4) != 0;
        let depth = if shallow { 2.min(deepest) } else { self.random.random_range(1..=deepest) };
        let from = self.slot.saturating_sub(depth).max(self.settled_to);
        let lost = self.blocks.split_off(&(from + 1)).into_iter();
        let mut lost: Vec<(u64, Signed)> =
            lost.flat_map(|(slot, block)| block.into_iter().map(move |signed| (slot, signed))).collect();
        lost.shuffle(&mut self.random);
        for (before, mut signed) in lost {
            // A slot has one leader and one block: elsewhere, or nowhere.
            let slot = self.random.random_range(from + 1..=self.slot.max(from + 1));
            if self.random.random_range(0..10) < 6 && slot != before {
                if self.random.random_range(0..10) == 0 {
                    signed.fails = !signed.fails;
                }
                self.blocks.entry(slot).or_default().push(signed);
            }
        }
    }

    /// Executes what can't change any more for good, and the rest as it stands.
    fn look(&mut self) {
        let finalised = self.slot - self.finality;
        while self.settled_to < finalised {
            self.settled_to += 1;
            let slot = Slot(self.settled_to);
            let mut events = Vec::new();
            for signed in self.blocks.remove(&slot.0).unwrap_or_default() {
                let landed = land(&signed, slot.0, &mut self.next);
                events.extend(decode(&landed.transaction).events);
                self.settled.push(Rc::new(landed));
            }
            if !events.is_empty() {
                events.sort_by_key(IndexedEvent::canonical);
                let before = self.digest(slot);
                self.digests.insert(slot, digest_after(&before, &events).unwrap());
                self.events.extend(events);
            }
        }
        let mut landed = self.settled.clone();
        let mut next = self.next.clone();
        for (slot, block) in &self.blocks {
            landed.extend(block.iter().map(|signed| Rc::new(land(signed, *slot, &mut next))));
        }
        let tip = Tip { confirmed: Slot(self.slot), finalised: Slot(finalised), first: Slot(0) };
        self.views.push(Rc::new(View { tip, landed }));
    }
}

fn land(signed: &Signed, slot: u64, next: &mut BTreeMap<Address, u64>) -> Landed {
    let mut inner = Vec::new();
    // Not from the program itself: a forged event, which counts for nothing.
    let forged = event(&vault(0), 7, slot);
    inner.push(InnerInstruction { outer: 0, inner: 0, first_account: Some(vault(9)), ..forged });
    let mut mentions = BTreeSet::from([pda::REWARDS]);
    for (place, stream) in signed.streams.iter().enumerate().filter(|_| !signed.fails) {
        let sequence = next.entry(*stream).or_default();
        inner.push(InnerInstruction { inner: place as u16 + 1, ..event(stream, *sequence, slot) });
        *sequence += 1;
    }
    for stream in &signed.streams {
        mentions.insert(*stream);
        if *stream == *SHARD {
            mentions.insert(pda::REGISTRY);
        }
    }
    let (failed, signature) = (signed.fails, signed.signature);
    let block_time = Some(slot as i64);
    let transaction = ChainTransaction { signature, slot: Slot(slot), block_time, failed, inner };
    let streams = if failed { Vec::new() } else { signed.streams.clone() };
    Landed { slot: Slot(slot), failed, transaction, streams, mentions }
}

/// A genuine event of a stream.
pub fn event(stream: &Address, sequence: u64, slot: u64) -> InnerInstruction {
    let payer = Address::new_from_array([9; 32]);
    let (program, authority, body) = if *stream == *SHARD {
        let event = Committed { shard: 0, sequence, commitment: [sequence as u8; 32], slot };
        (pda::REGISTRY, *REGISTRY_AUTHORITY, RegistryEvent::Committed(Box::new(event)).encode())
    } else if sequence == 0 {
        let event = RewardsEvent::VaultCreated(Box::new(created(*stream, slot)));
        (pda::REWARDS, *REWARDS_AUTHORITY, event.encode())
    } else {
        let amount = 1 + slot % 7;
        let event = Deposited { vault: *stream, sequence, payer, amount, payer_total: amount, deposited: amount, slot };
        let event = RewardsEvent::Deposited(Box::new(event));
        (pda::REWARDS, *REWARDS_AUTHORITY, event.encode())
    };
    let data = [&EVENT_TAG[..], &body].concat();
    InnerInstruction { outer: 0, inner: 0, program, first_account: Some(authority), data }
}

fn created(vault: Address, slot: u64) -> VaultCreated {
    VaultCreated {
        vault,
        sequence: 0,
        mint: Address::new_from_array([8; 32]),
        token_program: pda::TOKEN,
        token_account: Address::new_from_array([7; 32]),
        decimals: 6,
        domain: [3; 32],
        challenge_slots: 1,
        challenge_seconds: 1,
        growth_per_slot: 1,
        growth_burst: 1,
        outflow_per_slot: 0,
        outflow_burst: 0,
        policy_set: [7; 32],
        fee_bps: 0,
        freezable: false,
        slot,
    }
}
