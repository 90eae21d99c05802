//! A vault's history without a chain or a database: what programs, indexer and
//! gateway would have written, made up in memory.

use crate::closing::{Arrived, Closing, Limits, close};
use crate::compute::{ComputeError, EpochInputs, EpochOutput, Scope, Segment, State, compute};
use crate::files::chain::ChainRow;
use crate::files::credit::{CreditEntry, CreditKind};
use crate::files::mandates::SignedMandate;
use ed25519_dalek::{Signer, SigningKey};
use solana_address::Address;
use std::collections::BTreeMap;
use tributary_attribution::Graph;
use tributary_client::pda;
use tributary_client::registry::{CoOwner, GatewayKeyAdded, GatewayRegistered, Parent, Registered, RegistryEvent};
use tributary_client::rewards::{Deposited, RefundRequested, RefundWithdrawn, RewardsEvent};
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::content::{AssetKind, uses};
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, UsageEvent, request_id};
use tributary_core::group::{Group, signed_message};
use tributary_core::id::*;
use tributary_core::mandate::Mandate;
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{AssetSeq, CreditSeq, Epoch, EventSeq, Generation, Slot};

pub const GENERATION: Generation = Generation(0);

pub fn address(name: &str) -> Address {
    Address::new_from_array(tributary_core::hash::sha256(&[name.as_bytes()]))
}

pub fn asset(name: &str) -> AssetId {
    AssetId(address(name).to_bytes())
}

pub fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&address(name).to_bytes())
}

pub fn payer(name: &str) -> PayerId {
    PayerId(key(name).verifying_key().to_bytes())
}

/// What a payer may spend, as the gateway sees it.
#[derive(Clone, Copy, Debug)]
pub struct OpenLease {
    pub position: CreditSeq,
    pub amount: u64,
    pub spent: u64,
}

#[derive(Clone)]
pub struct History {
    pub slot: u64,
    /// Which epoch is closed next.
    pub epoch: u64,
    pub opening: State,
    pub graph: Graph,
    pub policy: PolicySet,
    pub chain: Vec<ChainRow>,
    pub log: Vec<CreditEntry>,
    pub groups: Vec<Group>,
    pub mandates: Vec<SignedMandate>,
    /// Deposits not granted: sequence, payer, amount, slot.
    pub ungranted: Vec<(u64, PayerId, u64, u64)>,
    pub available: BTreeMap<PayerId, u64>,
    pub leases: BTreeMap<PayerId, OpenLease>,
    pub requested: BTreeMap<PayerId, bool>,
    sequences: BTreeMap<Address, u64>,
    deposited: u64,
    next_position: u64,
    next_event: u64,
    head: Head,
    signatures: u64,
}

pub fn scope() -> Scope {
    Scope {
        genesis: Genesis([1; 32]),
        registry: pda::REGISTRY,
        rewards: pda::REWARDS,
        vault: VaultId(address("vault").to_bytes()),
    }
}

pub fn gateway() -> GatewayId {
    GatewayId(address("gateway").to_bytes())
}

impl History {
    /// With a text, a model made of it, an agent that runs the model, and the
    /// gateway that serves the agent.
    pub fn new() -> Self {
        let policy = PolicySet {
            engine: tributary_attribution::engine::ENGINE_VERSION,
            fee: BasisPoints::new(250).unwrap(),
            fee_claimant: Claimant(address("protocol").to_bytes()),
            default_mix: Mix::from_bps([3_000, 1_000, 0, 6_000, 0]).unwrap(),
            tokeniser: Tokeniser::Bytes,
            span_min: 4,
            frequency_weights: [TOKEN_WEIGHT; 16],
            leaf_min: 3,
            similarity: Some(Similarity::STANDARD),
        };
        let mut history = Self {
            slot: 10,
            epoch: 1,
            opening: State::default(),
            graph: Graph::default(),
            policy,
            chain: Vec::new(),
            log: Vec::new(),
            groups: Vec::new(),
            mandates: Vec::new(),
            ungranted: Vec::new(),
            available: BTreeMap::new(),
            leases: BTreeMap::new(),
            requested: BTreeMap::new(),
            sequences: BTreeMap::new(),
            deposited: 0,
            next_position: 1,
            next_event: 0,
            head: Head::default(),
            signatures: 0,
        };
        history.register("text", AssetKind::Dataset, &[], uses::ALL);
        history.register("private text", AssetKind::Dataset, &[], uses::TRAIN);
        history.register("model", AssetKind::Model, &["text"], uses::ALL);
        history.register("private model", AssetKind::Model, &["private text"], uses::ALL);
        history.register("agent", AssetKind::Agent, &["model", "private model"], uses::ALL);
        let operator = address("owner of agent");
        history.registry(|sequence, slot| {
            let gateway = Address::new_from_array(gateway().0);
            let event = GatewayRegistered { shard: 0, sequence, gateway, operator, index: 0, slot };
            RegistryEvent::GatewayRegistered(Box::new(event))
        });
        history.registry(|sequence, slot| {
            let gateway = Address::new_from_array(gateway().0);
            let key = Address::new_from_array(key("gateway key").verifying_key().to_bytes());
            let event = GatewayKeyAdded { shard: 0, sequence, gateway, key, valid_from: slot, slot };
            RegistryEvent::GatewayKeyAdded(Box::new(event))
        });
        history.slot += 1;
        history
    }

    fn push(&mut self, program: Address, stream: Address, data: Vec<u8>) {
        self.signatures += 1;
        let mut signature = [0; 64];
        signature[..8].copy_from_slice(&self.signatures.to_le_bytes());
        let next = self.sequences.entry(stream).or_default();
        let (slot, sequence) = (Slot(self.slot), *next);
        *next += 1;
        self.chain.push(ChainRow { slot, program, stream, sequence, signature, outer: 1, inner: 0, data });
    }

    pub fn registry(&mut self, event: impl FnOnce(u64, u64) -> RegistryEvent) {
        self.registry_in(0, event);
    }

    /// An event in one of the registry's shards.
    pub fn registry_in(&mut self, shard: u8, event: impl FnOnce(u64, u64) -> RegistryEvent) {
        let stream = pda::shard(shard);
        let sequence = self.sequences.get(&stream).copied().unwrap_or_default();
        self.push(pda::REGISTRY, stream, event(sequence, self.slot).encode());
    }

    pub fn rewards(&mut self, event: impl FnOnce(Address, u64, u64) -> RewardsEvent) -> u64 {
        let vault = Address::new_from_array(scope().vault.0);
        let sequence = self.sequences.get(&vault).copied().unwrap_or_default();
        self.push(pda::REWARDS, vault, event(vault, sequence, self.slot).encode());
        sequence
    }

    pub fn register(&mut self, name: &str, kind: AssetKind, parents: &[&str], uses: u8) {
        let nth = u16::try_from(self.chain.len()).unwrap();
        let asset_sequence = AssetSeq::compose(Slot(self.slot), 0, nth).unwrap().0;
        let owner = address(&format!("owner of {name}"));
        self.registry(|sequence, slot| {
            RegistryEvent::Registered(Box::new(Registered {
                shard: 0,
                sequence,
                asset: address(name),
                kind: kind as u8,
                content_id: [0; 32],
                content_hash: [0; 32],
                content_length: 1,
                owner,
                metadata_hash: [0; 32],
                uri_hash: [0; 32],
                licence: [0; 32],
                uses,
                royalty_mode: 0,
                mix_bps: [0; 5],
                asset_sequence,
                stack_bps: 0,
                effective_slot: slot,
                slot,
                parents: parents.iter().map(|name| Parent { asset: address(name), royalty_bps: 1_000 }).collect(),
                co_owners: vec![
                    CoOwner { key: owner, share_bps: 6_667 },
                    CoOwner { key: address("everybody's friend"), share_bps: 3_333 },
                ],
            }))
        });
    }

    pub fn deposit(&mut self, name: &str, amount: u64) {
        self.deposited += amount;
        let (deposited, who) = (self.deposited, payer(name));
        let sequence = self.rewards(|vault, sequence, slot| {
            let payer = Address::new_from_array(who.0);
            let event = Deposited { vault, sequence, payer, amount, payer_total: 0, deposited, slot };
            RewardsEvent::Deposited(Box::new(event))
        });
        self.ungranted.push((sequence, who, amount, self.slot));
    }

    pub fn request_refund(&mut self, name: &str, open: bool) {
        let who = payer(name);
        self.requested.insert(who, open);
        self.rewards(|vault, sequence, slot| {
            let payer = Address::new_from_array(who.0);
            if open {
                RewardsEvent::RefundRequested(Box::new(RefundRequested { vault, sequence, payer, slot }))
            } else {
                RewardsEvent::RefundWithdrawn(Box::new(RefundWithdrawn { vault, sequence, payer, slot }))
            }
        });
    }

    pub fn append(&mut self, payer: PayerId, amount: u64, chain_slot: u64, kind: CreditKind) -> CreditSeq {
        let position = CreditSeq(self.next_position);
        self.next_position += 1;
        let (vault, amount, chain_slot) = (scope().vault, BaseUnits(amount), Slot(chain_slot));
        self.log.push(CreditEntry { position, vault, payer, amount, chain_slot, kind });
        position
    }

    pub fn grant(&mut self) {
        for (deposit, payer, amount, slot) in std::mem::take(&mut self.ungranted) {
            self.append(payer, amount, slot, CreditKind::Grant { deposit });
            *self.available.entry(payer).or_default() += amount;
        }
    }

    pub fn mandate(&mut self, name: &str, maximum: u64, expires: u64) -> MandateId {
        let mandate = Mandate {
            genesis: scope().genesis,
            program: scope().program(),
            vault: scope().vault,
            payer: payer(name),
            gateway: gateway(),
            maximum: BaseUnits(maximum),
            expires: Slot(expires),
            nonce: self.mandates.len() as u64,
        };
        let signature = key(name).sign(mandate.text().as_bytes()).to_bytes();
        self.mandates.push(SignedMandate { mandate, signature });
        mandate.id()
    }

    /// Leases as much as is available up to `amount`, if no lease is open.
    pub fn lease(&mut self, name: &str, mandate: MandateId, amount: u64) {
        let who = payer(name);
        let amount = amount.min(self.available.get(&who).copied().unwrap_or_default());
        if amount == 0 || self.leases.contains_key(&who) {
            return;
        }
        let kind = CreditKind::Lease { gateway: gateway(), generation: GENERATION, mandate };
        let position = self.append(who, amount, 0, kind);
        *self.available.entry(who).or_default() -= amount;
        self.leases.insert(who, OpenLease { position, amount, spent: 0 });
    }

    pub fn close_lease(&mut self, name: &str) {
        let who = payer(name);
        let Some(lease) = self.leases.remove(&who) else { return };
        let left = lease.amount - lease.spent;
        let kind = CreditKind::Close { lease: lease.position, gateway: gateway(), generation: GENERATION };
        self.append(who, left, 0, kind);
        *self.available.entry(who).or_default() += left;
    }

    pub fn honour_refund(&mut self, name: &str) {
        let who = payer(name);
        if self.requested.get(&who) != Some(&true) || self.leases.contains_key(&who) {
            return;
        }
        let amount = self.available.insert(who, 0).unwrap_or_default();
        if amount > 0 {
            self.append(who, amount, self.slot, CreditKind::Refund);
        }
    }

    /// A valid event of this price under the payer's open lease.
    pub fn event(&self, name: &str, mandate: MandateId, price: u64) -> UsageEvent {
        let who = payer(name);
        UsageEvent {
            position: EventPosition { gateway: gateway(), generation: GENERATION, sequence: EventSeq(self.next_event) },
            vault: scope().vault,
            payer: who,
            mandate,
            lease: self.leases.get(&who).map_or(CreditSeq(u64::MAX), |lease| lease.position),
            request: request_id(&gateway(), &who, &self.next_event.to_le_bytes()),
            agent: asset("agent"),
            model: asset("model"),
            price: BaseUnits(price),
            graph_slot: Slot(self.slot),
            at_ms: 0,
            uses: uses::ALL,
            sidecar: Commitment::default(),
            evidence: Evidence::verbatim(7, vec![(asset("text"), 3 * TOKEN_WEIGHT)]),
        }
    }

    /// Signs and drains events as one group; the gateway counts what fits.
    pub fn serve(&mut self, events: Vec<UsageEvent>) {
        self.serve_signed_by("gateway key", events);
    }

    pub fn serve_signed_by(&mut self, signer: &str, mut events: Vec<UsageEvent>) {
        for event in &mut events {
            event.position.sequence = EventSeq(self.next_event);
            self.next_event += 1;
            if let Some(lease) = self.leases.get_mut(&event.payer)
                && event.lease == lease.position
                && let Some(spent) = lease.spent.checked_add(event.price.0)
                && spent <= lease.amount
            {
                lease.spent = spent;
            }
        }
        let signing = key(signer);
        let mut group = Group {
            gateway: gateway(),
            generation: GENERATION,
            previous: self.head,
            events,
            key: GatewayKey(signing.verifying_key().to_bytes()),
            signature: [0; 64],
        };
        self.head = group.head();
        group.signature = signing.sign(&signed_message(&self.head)).to_bytes();
        self.groups.push(group);
    }

    pub fn arrived(&self, finalised_slot: u64) -> Arrived {
        let usage = vec![Segment { gateway: gateway(), generation: GENERATION, groups: self.groups.clone() }];
        Arrived { finalised_slot: Slot(finalised_slot), credit: self.log.clone(), usage }
    }

    pub fn inputs(&self, finalised_slot: u64, closing: &Closing) -> EpochInputs {
        let end = closing.events.values().next().map_or(EventSeq(0), |(_, end)| *end);
        let groups: Vec<Group> = self.groups.iter().filter(|group| group.first() < end).cloned().collect();
        EpochInputs {
            scope: scope(),
            epoch: Epoch(self.epoch),
            opening: self.opening.clone(),
            graph: self.graph.clone(),
            finalised_slot: Slot(finalised_slot),
            chain: self.chain.iter().filter(|row| row.slot.0 <= finalised_slot).cloned().collect(),
            credit_end: closing.credit_end,
            credit: self.log.iter().filter(|entry| entry.position <= closing.credit_end).copied().collect(),
            usage: vec![Segment { gateway: gateway(), generation: GENERATION, groups }],
            mandates: self.mandates.clone(),
            policy: self.policy.clone(),
        }
    }

    /// Closes an epoch at a slot and opens the next one behind it.
    pub fn settle(&mut self, finalised_slot: u64) -> Result<(EpochInputs, EpochOutput), ComputeError> {
        let closing = close(&self.opening, &self.arrived(finalised_slot), Limits::NONE);
        let inputs = self.inputs(finalised_slot, &closing);
        let output = compute(&inputs)?;
        self.chain.retain(|row| row.slot.0 > finalised_slot);
        self.log.retain(|entry| entry.position > closing.credit_end);
        let next = output.closing.head(gateway(), GENERATION).next;
        self.groups.retain(|group| group.first() >= next);
        self.epoch += 1;
        self.opening = output.closing.clone();
        self.graph = output.graph.clone();
        Ok((inputs, output))
    }

    /// Everything so far becomes final and is settled.
    pub fn settle_all(&mut self) -> (EpochInputs, EpochOutput) {
        self.slot += 1;
        self.settle(self.slot - 1).unwrap()
    }
}
