//! Who earns what in a market: under each policy alone, by the engine itself, and
//! by two methods that this project does not use.

use super::market::{CALLED_AT, Call, Market};
use super::records::{AttackError, claimant};
use std::collections::BTreeMap;
use tributary_attribution::neighbours::Neighbours;
use tributary_attribution::{Graph, attribute_all};
use tributary_core::amount::{BaseUnits, BasisPoints, SubUnits};
use tributary_core::content::uses;
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, UsageEvent};
use tributary_core::id::{Claimant, Commitment, GatewayId, MandateId, PayerId, RequestId, VaultId};
use tributary_core::policy::{FREQUENCY_STEPS, Mix, POLICIES, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{CreditSeq, EventSeq, Generation};

/// The methods, in the order of the columns.
pub const METHODS: [&str; 6] =
    ["P0 declared", "P1 used", "P2 similar", "P3 verbatim", "pooled pro-rata", "plain KNN-Shapley"];
/// P0 to P3: what this project ships.
pub const OURS: usize = 4;
/// P2's place.
const SIMILAR: usize = 2;
/// The protocol's fee, in basis points.
pub const FEE_BPS: u16 = 500;
/// The shortest span that counts, as in the demo.
const SPAN_MIN: u16 = 24;
/// What an answer's neighbours share.
const WHOLE: u32 = 1 << 31;

/// What everybody earns under each method.
pub struct Incomes {
    by_engine: [BTreeMap<Claimant, SubUnits>; OURS],
    pooled: BTreeMap<u64, u64>,
    plain_knn: BTreeMap<Claimant, SubUnits>,
}

impl Incomes {
    /// Of all calls of a market.
    pub fn of(market: &Market) -> Result<Self, AttackError> {
        let events = events(market, &market.by_cluster)?;
        let graph = graph(market, true)?;
        let mut by_engine: [_; OURS] = Default::default();
        for (policy, earned) in by_engine.iter_mut().enumerate() {
            *earned = earned_by(&events, &graph, policy)?;
        }
        // A method without a registry: no commitments, no disputes, no clusters.
        let events = self::events(market, &market.by_text)?;
        let plain_knn = earned_by(&events, &self::graph(market, false)?, SIMILAR)?;
        Ok(Self { by_engine, pooled: pooled(market), plain_knn })
    }

    /// What somebody earns, in the order of [`METHODS`], floored to base units once.
    pub fn earned(&self, who: u64) -> [u64; METHODS.len()] {
        let floored = |earned: &BTreeMap<Claimant, SubUnits>| {
            let amount = earned.get(&claimant(who)).copied().unwrap_or_default();
            // All payments together fit a u64.
            amount.floor().map_or(u64::MAX, |(whole, _)| whole.0)
        };
        let [declared, used, similar, verbatim] = &self.by_engine;
        let pooled = self.pooled.get(&who).copied().unwrap_or_default();
        [floored(declared), floored(used), floored(similar), floored(verbatim), pooled, floored(&self.plain_knn)]
    }
}

/// One pot for all payments, shared by uses: each text that holds the passage an
/// answer quotes counts one use, whoever registered it first.
fn pooled(market: &Market) -> BTreeMap<u64, u64> {
    let mut uses: BTreeMap<u64, u64> = BTreeMap::new();
    for call in market.calls.iter().filter(|call| !call.answer.passage.is_empty()) {
        for book in market.books.iter().filter(|book| book.text.contains(&call.answer.passage)) {
            *uses.entry(book.owner).or_default() += 1;
        }
    }
    let all: u64 = uses.values().sum();
    let pot: u64 = market.calls.iter().map(|call| call.price).sum();
    let after_fee = pot * u64::from(10_000 - FEE_BPS) / 10_000;
    // Floored: what is left of the pot is nobody's, as pools do.
    uses.into_iter().map(|(owner, mine)| (owner, after_fee * mine / all)).collect()
}

fn earned_by(events: &[UsageEvent], graph: &Graph, policy: usize) -> Result<BTreeMap<Claimant, SubUnits>, AttackError> {
    let all = attribute_all(events, graph, &policy_set(policy)?)?;
    match all.void.first() {
        Some((position, _)) => Err(AttackError::Void(*position)),
        None => Ok(all.sum.earned),
    }
}

fn graph(market: &Market, contested: bool) -> Result<Graph, AttackError> {
    let mut assets = market.builders.clone();
    for (book, slot) in market.books.iter().zip(1..) {
        assets.push(book.asset(slot, contested)?);
    }
    Ok(Graph::new(assets)?.as_of(CALLED_AT)?)
}

/// One policy takes the whole pool.
fn policy_set(policy: usize) -> Result<PolicySet, AttackError> {
    let mut mix = [0; POLICIES];
    mix[policy] = 10_000;
    Ok(PolicySet {
        engine: 2,
        fee: BasisPoints::new(FEE_BPS).ok_or(AttackError::Range("the fee"))?,
        fee_claimant: claimant(u64::MAX),
        default_mix: Mix::from_bps(mix).ok_or(AttackError::Range("the mix"))?,
        tokeniser: Tokeniser::Bytes,
        span_min: SPAN_MIN,
        frequency_weights: std::array::from_fn::<_, FREQUENCY_STEPS, _>(|step| TOKEN_WEIGHT >> step),
        leaf_min: 1,
        similarity: Some(Similarity::STANDARD),
    })
}

fn events(market: &Market, neighbours: &Neighbours) -> Result<Vec<UsageEvent>, AttackError> {
    let mut events = Vec::with_capacity(market.calls.len());
    for (call, sequence) in market.calls.iter().zip(0..) {
        events.push(event(call, sequence, evidence(market, neighbours, call)?));
    }
    Ok(events)
}

/// As a gateway finds it: spans, and neighbours beside them.
fn evidence(market: &Market, neighbours: &Neighbours, call: &Call) -> Result<Evidence, AttackError> {
    let rules = policy_set(SIMILAR)?;
    let spans = market.spans.evidence(call.answer.text.as_bytes(), &rules, CALLED_AT)?;
    let similar = neighbours.evidence(&call.answer.numbers, &Similarity::STANDARD, WHOLE, CALLED_AT)?;
    Ok(spans.evidence.with_similar(similar))
}

fn event(call: &Call, sequence: u64, evidence: Evidence) -> UsageEvent {
    let mut request = [0; 32];
    request[..8].copy_from_slice(&sequence.to_le_bytes());
    UsageEvent {
        position: EventPosition {
            gateway: GatewayId([7; 32]),
            generation: Generation(0),
            sequence: EventSeq(sequence),
        },
        vault: VaultId([8; 32]),
        payer: PayerId([9; 32]),
        mandate: MandateId([10; 32]),
        lease: CreditSeq(1),
        request: RequestId(request),
        agent: call.agent,
        model: call.model,
        price: BaseUnits(call.price),
        graph_slot: CALLED_AT,
        at_ms: 0,
        uses: uses::ALL,
        sidecar: Commitment([0; 32]),
        evidence,
    }
}
