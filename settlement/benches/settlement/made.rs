//! A made-up epoch, from registration to the last event: what programs, credit
//! log and gateways would have written. Nobody in it cheats.

use ed25519_dalek::{Signer, SigningKey};
use solana_address::Address;
use tributary_attribution::Graph;
use tributary_client::pda;
use tributary_client::registry::{CoOwner, GatewayKeyAdded, GatewayRegistered, Parent, Registered, RegistryEvent};
use tributary_client::rewards::{Deposited, RewardsEvent};
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::content::{AssetKind, uses};
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, UsageEvent, request_id};
use tributary_core::group::{Group, signed_message};
use tributary_core::hash::sha256;
use tributary_core::id::*;
use tributary_core::mandate::Mandate;
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{AssetSeq, CreditSeq, Epoch, EventSeq, Generation, Slot};
use tributary_settlement::compute::{EpochInputs, Scope, Segment, State};
use tributary_settlement::files::chain::ChainRow;
use tributary_settlement::files::credit::{CreditEntry, CreditKind};
use tributary_settlement::files::mandates::SignedMandate;

/// Co-owners of each dataset; no claimant owns two.
const CO_OWNERS: u32 = 10;
/// Datasets that each model is made of.
const PARENTS: u32 = 10;
const GATEWAYS: u32 = 8;
const PAYERS: u32 = 1_000;
/// Datasets whose spans an answer repeats.
const CITED: u32 = 4;
/// Events in a group commit.
const GROUP: u32 = 256;
const PRICE: u64 = 50_000;
const GENERATION: Generation = Generation(0);
/// Everything is registered and paid by this slot.
const SLOT: u64 = 10_000_000;

pub fn scope() -> Scope {
    let vault = VaultId(id("vault", 0));
    Scope { genesis: Genesis([1; 32]), registry: pda::REGISTRY, rewards: pda::REWARDS, vault }
}

fn id(what: &str, n: u32) -> [u8; 32] {
    sha256(&[what.as_bytes(), &n.to_le_bytes()])
}

fn address(what: &str, n: u32) -> Address {
    Address::new_from_array(id(what, n))
}

fn key(what: &str, n: u32) -> SigningKey {
    SigningKey::from_bytes(&id(what, n))
}

fn payer(n: u32) -> PayerId {
    PayerId(key("payer", n).verifying_key().to_bytes())
}

fn gateway(n: u32) -> GatewayId {
    GatewayId(id("gateway", n))
}

pub fn policy() -> PolicySet {
    PolicySet {
        engine: tributary_attribution::engine::ENGINE_VERSION,
        fee: BasisPoints::new(250).unwrap(),
        fee_claimant: Claimant(id("protocol", 0)),
        default_mix: Mix::from_bps([3_000, 1_000, 0, 6_000, 0]).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 12,
        frequency_weights: [TOKEN_WEIGHT; 16],
        leaf_min: 1,
        similarity: Some(Similarity::STANDARD),
    }
}

/// Chain events, each in its stream's sequence.
#[derive(Default)]
struct Chain(Vec<ChainRow>);

impl Chain {
    fn push(&mut self, slot: u64, program: Address, stream: Address, sequence: u64, data: Vec<u8>) {
        let mut signature = [7; 64];
        signature[..8].copy_from_slice(&(self.0.len() as u64).to_le_bytes());
        self.0.push(ChainRow { slot: Slot(slot), program, stream, sequence, signature, outer: 1, inner: 0, data });
    }

    fn registry(&mut self, event: impl FnOnce(u64, u64) -> RegistryEvent) {
        let (sequence, slot) = (self.0.len() as u64, self.0.len() as u64 + 1);
        self.push(slot, pda::REGISTRY, pda::shard(0), sequence, event(sequence, slot).encode());
    }

    fn register(&mut self, kind: AssetKind, n: u32, parents: Vec<Parent>, co_owners: Vec<CoOwner>) {
        let asset = address(name(kind), n);
        self.registry(|sequence, slot| {
            RegistryEvent::Registered(Box::new(Registered {
                shard: 0,
                sequence,
                asset,
                kind: kind as u8,
                content_id: id("content", n),
                content_hash: id("hash", n),
                content_length: 1_000,
                owner: if kind == AssetKind::Agent { address("operator", 0) } else { co_owners[0].key },
                metadata_hash: id("metadata", n),
                uri_hash: id("uri", n),
                licence: [0; 32],
                uses: uses::ALL,
                royalty_mode: 0,
                mix_bps: [0; 5],
                asset_sequence: AssetSeq::compose(Slot(slot), 0, 0).unwrap().0,
                stack_bps: 0,
                effective_slot: slot,
                slot,
                parents,
                co_owners,
            }))
        });
    }
}

const fn name(kind: AssetKind) -> &'static str {
    match kind {
        AssetKind::Dataset => "dataset",
        AssetKind::Model => "model",
        AssetKind::Agent => "agent",
    }
}

fn models(claimants: u32) -> u32 {
    datasets(claimants).div_ceil(PARENTS)
}

fn datasets(claimants: u32) -> u32 {
    claimants.div_ceil(CO_OWNERS)
}

fn registrations(chain: &mut Chain, claimants: u32) {
    for n in 0..datasets(claimants) {
        let share_bps = 10_000 / CO_OWNERS as u16;
        let owner = |of: u32| CoOwner { key: address("claimant", n * CO_OWNERS + of), share_bps };
        chain.register(AssetKind::Dataset, n, Vec::new(), (0..CO_OWNERS).map(owner).collect());
    }
    for n in 0..models(claimants) {
        let parents = (0..PARENTS).map(|p| (n * PARENTS + p) % datasets(claimants));
        let parents: std::collections::BTreeSet<u32> = parents.collect();
        let parents = parents.into_iter().map(|p| Parent { asset: address("dataset", p), royalty_bps: 500 }).collect();
        let alone = |what| vec![CoOwner { key: address(what, n), share_bps: 10_000 }];
        chain.register(AssetKind::Model, n, parents, alone("builder"));
        let model = vec![Parent { asset: address("model", n), royalty_bps: 3_000 }];
        chain.register(AssetKind::Agent, n, model, alone("operator"));
    }
    for n in 0..GATEWAYS {
        let (gateway, operator) = (Address::new_from_array(gateway(n).0), address("operator", 0));
        chain.registry(|sequence, slot| {
            RegistryEvent::GatewayRegistered(Box::new(GatewayRegistered {
                shard: 0,
                sequence,
                gateway,
                operator,
                index: n,
                slot,
            }))
        });
        let key = Address::new_from_array(key("gateway key", n).verifying_key().to_bytes());
        chain.registry(|sequence, slot| {
            RegistryEvent::GatewayKeyAdded(Box::new(GatewayKeyAdded {
                shard: 0,
                sequence,
                gateway,
                key,
                valid_from: slot,
                slot,
            }))
        });
    }
}

/// The event at a gateway's sequence. Payers, agents and cited datasets take turns.
fn event(of: u32, sequence: u32, nth: u32, claimants: u32, mandate: &MandateId) -> UsageEvent {
    let datasets = datasets(claimants);
    let who = nth % PAYERS;
    let (gateway, payer, model) = (gateway(of), payer_ids()[who as usize], nth % models(claimants));
    let mut pairs: Vec<(AssetId, u32)> = (0..CITED)
        .map(|c| (nth.wrapping_mul(CITED) + c) % datasets)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .map(|n| (AssetId(dataset_ids(datasets)[n as usize]), (8 + n % 24) * TOKEN_WEIGHT))
        .collect();
    pairs.sort();
    UsageEvent {
        position: EventPosition { gateway, generation: GENERATION, sequence: EventSeq(sequence.into()) },
        vault: scope().vault,
        payer,
        mandate: *mandate,
        lease: lease(of, who),
        request: request_id(&gateway, &payer, &sequence.to_le_bytes()),
        agent: AssetId(id("agent", model)),
        model: AssetId(id("model", model)),
        price: BaseUnits(PRICE + u64::from(nth % 1_000)),
        graph_slot: Slot(SLOT),
        at_ms: 1_790_000_000_000 + u64::from(nth),
        uses: uses::ALL,
        sidecar: Commitment([5; 32]),
        evidence: Evidence::verbatim(200, pairs),
    }
}

/// Keys take long to derive.
fn payer_ids() -> &'static [PayerId] {
    static IDS: std::sync::OnceLock<Vec<PayerId>> = std::sync::OnceLock::new();
    IDS.get_or_init(|| (0..PAYERS).map(payer).collect())
}

fn dataset_ids(count: u32) -> &'static [[u8; 32]] {
    static IDS: std::sync::OnceLock<Vec<[u8; 32]>> = std::sync::OnceLock::new();
    IDS.get_or_init(|| (0..count).map(|n| id("dataset", n)).collect())
}

/// First every payer's grant, then a lease from each payer to each gateway.
fn lease(gateway: u32, payer: u32) -> CreditSeq {
    CreditSeq(u64::from(PAYERS + payer * GATEWAYS + gateway + 1))
}

fn mandate(gateway_nth: u32, payer_nth: u32) -> Mandate {
    Mandate {
        genesis: scope().genesis,
        program: scope().program(),
        vault: scope().vault,
        payer: payer_ids()[payer_nth as usize],
        gateway: gateway(gateway_nth),
        maximum: BaseUnits(u64::MAX / 2),
        expires: Slot(SLOT * 2),
        nonce: 0,
    }
}

/// The epoch's inputs: `events` events that pay `claimants` co-owners of datasets.
pub fn epoch(events: u32, claimants: u32) -> EpochInputs {
    let scope = scope();
    let vault = Address::new_from_array(scope.vault.0);
    let mut chain = Chain::default();
    registrations(&mut chain, claimants);
    // Enough for every event, wherever it lands.
    let leased = u64::from(events.div_ceil(PAYERS) + 1) * (PRICE + 1_000);
    let (mut credit, mut mandates) = (Vec::new(), Vec::new());
    let mut deposited = 0;
    let chain_slot = Slot(SLOT);
    for n in 0..PAYERS {
        let (payer, amount) = (payer_ids()[n as usize], leased * u64::from(GATEWAYS));
        deposited += amount;
        let sequence = u64::from(n);
        let whose = Address::new_from_array(payer.0);
        let made = Deposited { vault, sequence, payer: whose, amount, payer_total: amount, deposited, slot: SLOT };
        chain.push(SLOT, pda::REWARDS, vault, sequence, RewardsEvent::Deposited(Box::new(made)).encode());
        let kind = CreditKind::Grant { deposit: sequence };
        let position = CreditSeq(sequence + 1);
        credit.push(CreditEntry { position, vault: scope.vault, payer, amount: BaseUnits(amount), chain_slot, kind });
    }
    for payer in 0..PAYERS {
        for of in 0..GATEWAYS {
            let mandate = mandate(of, payer);
            let kind = CreditKind::Lease { gateway: gateway(of), generation: GENERATION, mandate: mandate.id() };
            let (position, amount) = (lease(of, payer), BaseUnits(leased));
            credit.push(CreditEntry { position, vault: scope.vault, payer: mandate.payer, amount, chain_slot, kind });
            let signature = key("payer", payer).sign(mandate.text().as_bytes()).to_bytes();
            mandates.push(SignedMandate { mandate, signature });
        }
    }
    let credit_end = lease(GATEWAYS - 1, PAYERS - 1);
    EpochInputs {
        scope,
        epoch: Epoch(1),
        opening: State::default(),
        graph: Graph::default(),
        finalised_slot: Slot(SLOT),
        chain: chain.0,
        credit_end,
        credit,
        usage: (0..GATEWAYS).map(|of| segment(of, events, claimants)).collect(),
        mandates,
        policy: policy(),
    }
}

/// A gateway's part of the events.
fn segment(of: u32, events: u32, claimants: u32) -> Segment {
    let (from, to) = (events / GATEWAYS * of, if of + 1 == GATEWAYS { events } else { events / GATEWAYS * (of + 1) });
    let ids: Vec<MandateId> = (0..PAYERS).map(|payer| mandate(of, payer).id()).collect();
    let signing = key("gateway key", of);
    let mut previous = Head::default();
    let groups = (from..to).step_by(GROUP as usize).map(|first| {
        let events = (first..to.min(first + GROUP))
            .map(|nth| event(of, nth - from, nth, claimants, &ids[(nth % PAYERS) as usize]))
            .collect();
        let mut group = Group {
            gateway: gateway(of),
            generation: GENERATION,
            previous,
            events,
            key: GatewayKey(signing.verifying_key().to_bytes()),
            signature: [0; 64],
        };
        previous = group.head();
        group.signature = signing.sign(&signed_message(&previous)).to_bytes();
        group
    });
    Segment { gateway: gateway(of), generation: GENERATION, groups: groups.collect() }
}
