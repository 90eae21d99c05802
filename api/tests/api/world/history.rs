//! Two epochs of a vault, as programs and gateway would have made them: real
//! texts, real evidence, real signatures, and settlement's own computation.

use ed25519_dalek::{Signer, SigningKey};
use solana_address::Address;
use tributary_attribution::{Document, Graph, SpanIndex};
use tributary_client::pda;
use tributary_client::registry::{
    CoOwner, DisputeEnded, DisputeOpened, GatewayKeyAdded, GatewayRegistered, Parent, Registered, RegistryEvent,
};
use tributary_client::rewards::{Deposited, RewardsEvent};
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::content::{AssetKind, uses};
use tributary_core::event::{EventPosition, TOKEN_WEIGHT, UsageEvent, request_id, sidecar_commitment};
use tributary_core::group::{Group, signed_message};
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, Claimant, GatewayId, GatewayKey, Genesis, Head, MintId, PayerId, RootId, VaultId};
use tributary_core::mandate::Mandate;
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{AssetSeq, CreditSeq, Epoch, EventSeq, Generation, Slot};
use tributary_settlement::bundle::{Attempt, Bundle, bundle};
use tributary_settlement::compute::{EpochInputs, EpochOutput, Scope, Segment, State, compute};
use tributary_settlement::files::chain::ChainRow;
use tributary_settlement::files::credit::{CreditEntry, CreditKind};
use tributary_settlement::files::mandates::SignedMandate;
use tributary_settlement::statement::Waterfall;

pub const GENERATION: Generation = Generation(0);
pub const RIVERS: &str = "The river rises in the hills, gathers the brooks of the valley and falls at last to the sea.";
pub const RAIN: &str = "Nobody counts the rain, and yet the rain is counted by every leaf on which it falls.";
/// The slots that close the two epochs.
pub const CLOSES: [u64; 2] = [20, 40];
/// The first event of the second epoch cites no mandate that anybody published.
pub const FORGED: u64 = EVENTS[0];
/// Events of the two epochs.
pub const EVENTS: [u64; 2] = [24, 12];

pub fn bytes(name: &str) -> [u8; 32] {
    sha256(&[name.as_bytes()])
}

pub fn asset(name: &str) -> AssetId {
    AssetId(bytes(name))
}

pub fn claimant(name: &str) -> Claimant {
    Claimant(bytes(name))
}

pub fn vault() -> VaultId {
    VaultId(bytes("vault"))
}

pub fn mint() -> MintId {
    MintId(bytes("mint"))
}

pub fn gateway() -> GatewayId {
    GatewayId(bytes("gateway"))
}

fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&bytes(name))
}

pub fn payer() -> PayerId {
    PayerId(key("payer").verifying_key().to_bytes())
}

pub fn scope() -> Scope {
    Scope { genesis: Genesis([1; 32]), registry: pda::REGISTRY, rewards: pda::REWARDS, vault: vault() }
}

/// What the registry would say about an asset.
pub struct Record {
    pub name: &'static str,
    pub kind: AssetKind,
    pub content: Vec<u8>,
    pub uses: u8,
    pub parents: Vec<(&'static str, u16)>,
    pub co_owners: Vec<(&'static str, u16)>,
    pub sequence: AssetSeq,
}

impl Record {
    /// Its metadata's bytes.
    pub fn metadata(&self) -> Vec<u8> {
        format!("{{\"name\":\"{}\",\"license\":\"CC-BY-4.0\"}}", self.name).into_bytes()
    }
}

/// Rivers is Ada's and Bob's, rain is Bob's, who does not permit display.
pub fn records() -> Vec<Record> {
    let record = |nth, name, kind, content: &str, uses, parents: &[_], co_owners: &[_]| Record {
        name,
        kind,
        content: content.into(),
        uses,
        parents: parents.to_vec(),
        co_owners: co_owners.to_vec(),
        sequence: AssetSeq::compose(Slot(10), 0, nth).unwrap(),
    };
    let texts = [("Rivers", 2_000), ("Rain", 1_000)];
    vec![
        record(0, "Rivers", AssetKind::Dataset, RIVERS, uses::ALL, &[], &[("ada", 6_000), ("bob", 4_000)]),
        record(1, "Rain", AssetKind::Dataset, RAIN, uses::TRAIN | uses::GROUND, &[], &[("bob", 10_000)]),
        record(2, "Weather", AssetKind::Model, "{}", uses::ALL, &texts, &[("cleo", 10_000)]),
        record(3, "Almanac", AssetKind::Agent, "{\"a\":1}", uses::ALL, &[("Weather", 5_000)], &[("dora", 10_000)]),
    ]
}

/// What the collection's metadata says.
pub const WATERS: &str = "{\"name\":\"Waters of the world\"}";

/// Its hash.
pub fn waters_hash() -> [u8; 32] {
    sha256(&[WATERS.as_bytes()])
}

pub fn policy() -> PolicySet {
    PolicySet {
        engine: tributary_attribution::engine::ENGINE_VERSION,
        fee: BasisPoints::new(250).unwrap(),
        fee_claimant: claimant("protocol"),
        default_mix: Mix::from_bps([2_000, 1_000, 0, 7_000, 0]).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 12,
        frequency_weights: [TOKEN_WEIGHT; 16],
        leaf_min: 1,
        similarity: Some(Similarity::STANDARD),
    }
}

pub fn mandate() -> Mandate {
    Mandate {
        genesis: scope().genesis,
        program: scope().program(),
        vault: vault(),
        payer: payer(),
        gateway: gateway(),
        maximum: BaseUnits(1_000_000),
        expires: Slot(1_000),
        nonce: 7,
    }
}

pub fn mandate_signature() -> [u8; 64] {
    key("payer").sign(mandate().text().as_bytes()).to_bytes()
}

/// The private half of an event's evidence.
#[derive(Clone)]
pub struct Sidecar {
    pub sequence: u64,
    pub salt: [u8; 32],
    pub body: Vec<u8>,
}

/// An epoch with everything that was written for it.
pub struct Made {
    pub output: EpochOutput,
    pub bundle: Bundle,
    pub files: Vec<Vec<u8>>,
    /// The signed waterfall's bytes.
    pub waterfall: Vec<u8>,
    pub groups: Vec<Group>,
    pub sidecars: Vec<Sidecar>,
}

/// The two epochs, the second built on the first; then another attempt at the
/// second, the same but for its number.
pub fn epochs() -> [Made; 3] {
    made(registered(), Vec::new())
}

/// The same, but somebody disputes the record of Rivers before the first epoch
/// closes, and that ends for its owners in the second.
pub fn disputed_epochs() -> [Made; 3] {
    let (asset, challenger) = (Address::new_from_array(bytes("Rivers")), Address::new_from_array(bytes("eve")));
    let mut rows = registered();
    let sequence = rows.iter().filter(|row| row.stream == pda::shard(0)).count() as u64;
    let row = |sequence, slot, event: RegistryEvent| ChainRow {
        slot: Slot(slot),
        program: pda::REGISTRY,
        stream: pda::shard(0),
        sequence,
        signature: [sequence as u8 + 100; 64],
        outer: 1,
        inner: 0,
        data: event.encode(),
    };
    let opened = DisputeOpened {
        shard: 0,
        sequence,
        asset,
        challenger,
        evidence_hash: [0; 32],
        bond: 1,
        deadline_slot: 25,
        slot: 12,
    };
    rows.push(row(sequence, 12, RegistryEvent::DisputeOpened(Box::new(opened))));
    let (sequence, owner) = (sequence + 1, Address::new_from_array(bytes("ada")));
    let ended = DisputeEnded { shard: 0, sequence, asset, challenger, owner, bond: 1, slot: 26 };
    made(rows, vec![row(sequence, 26, RegistryEvent::DisputeEnded(Box::new(ended)))])
}

fn made(first_chain: Vec<ChainRow>, second_chain: Vec<ChainRow>) -> [Made; 3] {
    let mut head = Head::default();
    let first_usage = usage(0..EVENTS[0], 15, &mut head);
    let second_usage = usage(EVENTS[0]..EVENTS[0] + EVENTS[1], 30, &mut head);
    let first = make(State::default(), Graph::default(), first_chain, granted(), &first_usage, RootId::default(), 1, 0);
    let (opening, graph) = (first.output.closing.clone(), first.output.graph.clone());
    let parent = first.bundle.root_id();
    let vetoed = make(opening.clone(), graph.clone(), second_chain.clone(), Vec::new(), &second_usage, parent, 2, 0);
    let second = make(opening, graph, second_chain, Vec::new(), &second_usage, parent, 2, 1);
    [first, vetoed, second]
}

#[allow(clippy::too_many_arguments, reason = "one epoch has so many sources")]
fn make(
    opening: State,
    graph: Graph,
    chain: Vec<ChainRow>,
    credit: Vec<CreditEntry>,
    (groups, sidecars): &(Vec<Group>, Vec<Sidecar>),
    parent: RootId,
    epoch: u64,
    attempt: u16,
) -> Made {
    let segment = Segment { gateway: gateway(), generation: GENERATION, groups: groups.clone() };
    let inputs = EpochInputs {
        scope: scope(),
        epoch: Epoch(epoch),
        credit_end: credit.last().map_or(opening.credit_end, |last| last.position),
        opening,
        graph,
        finalised_slot: Slot(CLOSES[epoch as usize - 1]),
        chain,
        credit,
        usage: vec![segment],
        mandates: vec![SignedMandate { mandate: mandate(), signature: mandate_signature() }],
        policy: policy(),
    };
    let output = compute(&inputs).unwrap();
    let attempt = Attempt { mint: mint(), epoch: Epoch(epoch), attempt, parent };
    let mut files = Vec::new();
    let bundle = bundle(&inputs, &output, &attempt, &mut |file| files.push(file)).unwrap();
    let waterfall = Waterfall::of(&inputs, &output, &bundle).unwrap().sign(&key("poster")).unwrap().encode().unwrap();
    Made { output, bundle, files, waterfall, groups: groups.clone(), sidecars: sidecars.clone() }
}

/// Everything that happened on-chain before the first epoch closed.
fn registered() -> Vec<ChainRow> {
    let address = |name: &str| Address::new_from_array(bytes(name));
    let mut rows: Vec<ChainRow> = Vec::new();
    let mut push = |program: Address, stream: Address, sequence: u64, slot: u64, data: Vec<u8>| {
        let mut signature = [0; 64];
        signature[0] = rows.len() as u8 + 1;
        rows.push(ChainRow { slot: Slot(slot), program, stream, sequence, signature, outer: 1, inner: 0, data });
    };
    let shard = pda::shard(0);
    for (record, sequence) in records().iter().zip(0..) {
        let event = Registered {
            shard: 0,
            sequence,
            asset: address(record.name),
            kind: record.kind as u8,
            content_id: bytes(record.name),
            content_hash: sha256(&[&record.content]),
            content_length: record.content.len() as u64,
            owner: address(record.co_owners[0].0),
            metadata_hash: sha256(&[&record.metadata()]),
            uri_hash: [0; 32],
            licence: [0; 32],
            uses: record.uses,
            royalty_mode: 0,
            mix_bps: [0; 5],
            asset_sequence: record.sequence.0,
            stack_bps: 0,
            effective_slot: 10,
            slot: 10,
            parents: record
                .parents
                .iter()
                .map(|(name, bps)| Parent { asset: address(name), royalty_bps: *bps })
                .collect(),
            co_owners: record
                .co_owners
                .iter()
                .map(|(name, bps)| CoOwner { key: address(name), share_bps: *bps })
                .collect(),
        };
        push(pda::REGISTRY, shard, sequence, 10, RegistryEvent::Registered(Box::new(event)).encode());
    }
    let sequence = records().len() as u64;
    let event = GatewayRegistered {
        shard: 0,
        sequence,
        gateway: address("gateway"),
        operator: address("dora"),
        index: 0,
        slot: 10,
    };
    push(pda::REGISTRY, shard, sequence, 10, RegistryEvent::GatewayRegistered(Box::new(event)).encode());
    let sequence = sequence + 1;
    let key = Address::new_from_array(key("gateway key").verifying_key().to_bytes());
    let event = GatewayKeyAdded { shard: 0, sequence, gateway: address("gateway"), key, valid_from: 10, slot: 10 };
    push(pda::REGISTRY, shard, sequence, 10, RegistryEvent::GatewayKeyAdded(Box::new(event)).encode());
    let event = Deposited {
        vault: address("vault"),
        sequence: 0,
        payer: Address::new_from_array(payer().0),
        amount: 500_000,
        payer_total: 500_000,
        deposited: 500_000,
        slot: 11,
    };
    push(pda::REWARDS, address("vault"), 0, 11, RewardsEvent::Deposited(Box::new(event)).encode());
    rows.sort_by_key(ChainRow::key);
    rows
}

/// The deposit becomes credit, and most of it a lease.
fn granted() -> Vec<CreditEntry> {
    let entry = |position, amount, kind| CreditEntry {
        position: CreditSeq(position),
        vault: vault(),
        payer: payer(),
        amount: BaseUnits(amount),
        chain_slot: Slot(11),
        kind,
    };
    let lease = CreditKind::Lease { gateway: gateway(), generation: GENERATION, mandate: mandate().id() };
    vec![entry(1, 500_000, CreditKind::Grant { deposit: 0 }), entry(2, 400_000, lease)]
}

/// Events in groups of eight. Every answer quotes both texts, at other places.
fn usage(sequences: std::ops::Range<u64>, slot: u64, head: &mut Head) -> (Vec<Group>, Vec<Sidecar>) {
    let records = records();
    let document =
        |n: usize, text| Document { asset: asset(records[n].name), seq: records[n].sequence, cluster: n as u32, text };
    let index = SpanIndex::build(&[document(0, RIVERS), document(1, RAIN)]).unwrap();
    let mut sidecars = Vec::new();
    let events: Vec<UsageEvent> = sequences
        .map(|sequence| {
            let from = sequence as usize % 20;
            let answer = format!("{sequence}: {} / {}", &RIVERS[from..from + 40], &RAIN[from..from + 30]);
            let found = index.evidence(answer.as_bytes(), &policy(), Slot(slot)).unwrap();
            let body = format!(
                "{{\"version\":1,\"output_bytes\":{},\"spans\":{}}}",
                answer.len(),
                serde_json::to_string(&found.spans).unwrap()
            );
            let salt = sha256(&[b"salt", &sequence.to_le_bytes()]);
            sidecars.push(Sidecar { sequence, salt, body: body.clone().into_bytes() });
            let mandate = if sequence == FORGED { tributary_core::id::MandateId([9; 32]) } else { mandate().id() };
            UsageEvent {
                position: EventPosition { gateway: gateway(), generation: GENERATION, sequence: EventSeq(sequence) },
                vault: vault(),
                payer: payer(),
                mandate,
                lease: CreditSeq(2),
                request: request_id(&gateway(), &payer(), &sequence.to_le_bytes()),
                agent: asset("Almanac"),
                model: asset("Weather"),
                price: BaseUnits(1_000 + sequence),
                graph_slot: Slot(slot),
                at_ms: 1_700_000_000_000 + sequence,
                uses: uses::TRAIN | uses::GROUND,
                sidecar: sidecar_commitment(&salt, body.as_bytes()),
                evidence: found.evidence,
            }
        })
        .collect();
    let signer = key("gateway key");
    let groups = events
        .chunks(8)
        .map(|events| {
            let mut group = Group {
                gateway: gateway(),
                generation: GENERATION,
                previous: *head,
                events: events.to_vec(),
                key: GatewayKey(signer.verifying_key().to_bytes()),
                signature: [0; 64],
            };
            *head = group.head();
            group.signature = signer.sign(&signed_message(head)).to_bytes();
            group
        })
        .collect();
    (groups, sidecars)
}
