//! A scripted chain: transactions are put on it, hidden, moved and removed, and
//! [`crate::fake_node`] serves it as a Solana node would, faults included.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Signature;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use tributary_client::pda;
use tributary_client::registry::{Committed, RegistryEvent, RegistryInitialized, RegistrySettings};
use tributary_client::rewards::{Deposited, RewardsEvent, VaultCreated};
use tributary_client::{ChainEvent, EVENT_TAG};
use tributary_core::position::Slot;

/// How far finalised trails behind confirmed.
pub const FINALITY: u64 = 31;

/// An event inside a transaction.
#[derive(Clone)]
pub struct Sent {
    pub program: Pubkey,
    /// The first account of the instruction; the program's own when genuine.
    pub authority: Pubkey,
    /// With the event's tag.
    pub data: Vec<u8>,
}

#[derive(Clone)]
pub struct Entry {
    pub signature: Signature,
    pub slot: u64,
    pub failed: bool,
    pub events: Vec<Sent>,
    pub mentions: BTreeSet<Pubkey>,
    /// Not shown when a program's signatures are listed, only for a stream.
    pub hidden_from_programs: bool,
    /// Not shown in any listing.
    pub hidden: bool,
}

/// What goes wrong by itself, and how often.
#[derive(Clone, Copy, Default)]
pub struct Chaos {
    /// Of a hundred requests, so many fail in one way or another.
    pub percent: u32,
    /// Whether listings may leave out lines, too.
    pub forgetful: bool,
}

pub struct State {
    pub confirmed: u64,
    pub entries: Vec<Entry>,
    next: BTreeMap<Pubkey, u64>,
    counter: u64,
    /// The next answers to a method, before anything else.
    pub scripted: BTreeMap<&'static str, VecDeque<Fault>>,
    pub chaos: Chaos,
    pub random: StdRng,
    /// How often each method was called.
    pub calls: BTreeMap<String, u64>,
}

/// A wrong answer.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// A JSON-RPC error.
    Code(i64),
    /// `null` instead of an object.
    Null,
    /// An empty list instead of a full one.
    Empty,
    /// HTTP 500.
    Broken,
    /// Lines of a slot in another order.
    Shuffled,
    /// Lines twice.
    Doubled,
    /// A line left out.
    Forgotten,
    /// Another answer than was asked for: bytes that are no transaction.
    Garbage,
}

pub struct World(pub Mutex<State>);

pub fn address(name: &str) -> Pubkey {
    Pubkey::new_from_array(tributary_core::hash::sha256(&[name.as_bytes()]))
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(State {
            confirmed: 100,
            entries: Vec::new(),
            next: BTreeMap::new(),
            counter: seed << 32,
            scripted: BTreeMap::new(),
            chaos: Chaos::default(),
            random: StdRng::seed_from_u64(seed),
            calls: BTreeMap::new(),
        }))
    }

    pub fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap())
    }

    /// Lets slots pass.
    pub fn pass(&self, slots: u64) {
        self.with(|state| state.confirmed += slots);
    }

    /// Lets everything so far become final. The newest final slot.
    pub fn settle(&self) -> Slot {
        self.pass(FINALITY + 1);
        self.with(|state| Slot(state.confirmed - FINALITY))
    }

    pub fn fault(&self, method: &'static str, faults: impl IntoIterator<Item = Fault>) {
        self.with(|state| state.scripted.entry(method).or_default().extend(faults));
    }

    pub fn calls(&self, method: &str) -> u64 {
        self.with(|state| state.calls.get(method).copied().unwrap_or(0))
    }

    /// Changes an entry.
    pub fn change(&self, signature: &Signature, act: impl FnOnce(&mut Entry)) {
        self.with(|state| act(state.entries.iter_mut().find(|entry| entry.signature == *signature).unwrap()));
    }

    /// Takes a transaction off the chain, with the sequence its event had.
    pub fn remove(&self, signature: &Signature, stream: &Pubkey) {
        self.with(|state| {
            state.entries.retain(|entry| entry.signature != *signature);
            *state.next.get_mut(stream).unwrap() -= 1;
        });
    }

    /// The registry's first event.
    pub fn registry_initialized(&self) -> Signature {
        self.emit(pda::shard(0), |sequence, slot| {
            ChainEvent::Registry(RegistryEvent::RegistryInitialized(Box::new(RegistryInitialized {
                shard: 0,
                sequence,
                governor: address("governor"),
                genesis: [1; 32],
                settings: RegistrySettings::local(address("arbiter")),
                slot,
            })))
        })
    }

    pub fn committed(&self) -> Signature {
        self.emit(pda::shard(0), |sequence, slot| {
            ChainEvent::Registry(RegistryEvent::Committed(Box::new(Committed {
                shard: 0,
                sequence,
                commitment: [sequence as u8; 32],
                slot,
            })))
        })
    }

    pub fn vault_created(&self, vault: Pubkey) -> Signature {
        self.emit(vault, |sequence, slot| {
            ChainEvent::Rewards(RewardsEvent::VaultCreated(Box::new(VaultCreated {
                vault,
                sequence,
                mint: address("mint"),
                token_program: pda::TOKEN,
                token_account: address("token account"),
                decimals: 6,
                domain: [3; 32],
                challenge_slots: u64::MAX,
                challenge_seconds: 10,
                growth_per_slot: 1,
                growth_burst: u64::MAX,
                outflow_per_slot: 0,
                outflow_burst: u64::MAX,
                policy_set: [7; 32],
                fee_bps: 0,
                freezable: false,
                slot,
            })))
        })
    }

    pub fn deposited(&self, vault: Pubkey, amount: u64) -> Signature {
        self.emit(vault, |sequence, slot| {
            ChainEvent::Rewards(RewardsEvent::Deposited(Box::new(Deposited {
                vault,
                sequence,
                payer: address("payer"),
                amount,
                payer_total: amount,
                deposited: amount,
                slot,
            })))
        })
    }

    fn emit(&self, stream: Pubkey, event: impl FnOnce(u64, u64) -> ChainEvent) -> Signature {
        let (sequence, slot) = self.with(|state| {
            let next = state.next.entry(stream).or_default();
            *next += 1;
            (*next - 1, state.confirmed)
        });
        let (program, body) = match event(sequence, slot) {
            ChainEvent::Registry(event) => (pda::REGISTRY, event.encode()),
            ChainEvent::Rewards(event) => (pda::REWARDS, event.encode()),
        };
        let sent = Sent { program, authority: authority_of(&program), data: [&EVENT_TAG[..], &body].concat() };
        self.put(vec![sent], [program, stream])
    }

    /// Puts a transaction with these events into the newest slot.
    pub fn put(&self, events: Vec<Sent>, mentions: impl IntoIterator<Item = Pubkey>) -> Signature {
        self.with(|state| {
            state.counter += 1;
            let mut bytes = [0; 64];
            bytes[..32].copy_from_slice(&tributary_core::hash::sha256(&[&state.counter.to_le_bytes()]));
            let signature = Signature::from(bytes);
            state.entries.push(Entry {
                signature,
                slot: state.confirmed,
                failed: false,
                events,
                mentions: mentions.into_iter().collect(),
                hidden_from_programs: false,
                hidden: false,
            });
            signature
        })
    }
}

pub fn authority_of(program: &Pubkey) -> Pubkey {
    if *program == pda::REGISTRY { pda::registry_event_authority() } else { pda::rewards_event_authority() }
}

impl State {
    pub fn finalised(&self) -> u64 {
        self.confirmed - FINALITY
    }

    /// The next sequence of a stream among final transactions, as its account has it.
    pub fn head(&self, stream: &Pubkey) -> Option<u64> {
        let last = self.finalised();
        let count = self.entries.iter().filter(|e| !e.failed && e.slot <= last && e.mentions.contains(stream)).count();
        (count > 0).then_some(count as u64)
    }

    /// The fault of this call, if any.
    pub fn fault_of(&mut self, method: &str) -> Option<Fault> {
        *self.calls.entry(method.to_owned()).or_default() += 1;
        if let Some(fault) = self.scripted.get_mut(method).and_then(VecDeque::pop_front) {
            return Some(fault);
        }
        if self.random.random_range(0..100) >= self.chaos.percent {
            return None;
        }
        let mut faults = vec![Fault::Code(-32_005), Fault::Code(-32_007), Fault::Code(-32_009), Fault::Broken];
        match method {
            "getTransaction" => faults.extend([Fault::Null, Fault::Garbage]),
            "getSignaturesForAddress" => {
                faults.extend([Fault::Code(-32_016), Fault::Shuffled, Fault::Doubled]);
                if self.chaos.forgetful {
                    faults.extend([Fault::Forgotten, Fault::Empty]);
                }
            }
            _ => {}
        }
        let pick = self.random.random_range(0..faults.len());
        Some(faults[pick])
    }
}
