//! Graphs, events and policy sets for tests.
#![allow(clippy::unwrap_used)]

mod rich;
pub(crate) use rich::{any_rich_events, any_rich_graph};

use crate::graph::{Asset, Graph, RoyaltyMode};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::content::{AssetKind, uses};
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, UsageEvent};
use tributary_core::id::{AssetId, Claimant, Commitment, GatewayId, MandateId, PayerId, RequestId, VaultId};
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{AssetSeq, CreditSeq, EventSeq, Generation, Slot};

fn bytes(kind: u8, n: u64) -> [u8; 32] {
    let mut bytes = [kind; 32];
    // Scattered, so that the order of addresses is not that of registration.
    bytes[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes
}

/// The address of asset `n`.
pub(crate) fn id(n: u64) -> AssetId {
    AssetId(bytes(1, n))
}

/// The nth claimant.
pub(crate) fn key(n: u64) -> Claimant {
    Claimant(bytes(2, n))
}

/// So many basis points.
pub(crate) fn bps(value: u16) -> BasisPoints {
    BasisPoints::new(value).unwrap()
}

/// Asset `n`, registered at slot `n` and owned by claimant `n`.
pub(crate) fn asset(n: u64, kind: AssetKind, parents: &[(u64, u16)]) -> Asset {
    Asset {
        asset: id(n),
        seq: AssetSeq::compose(Slot(n), 0, 0).unwrap(),
        kind,
        owner: key(n),
        co_owners: vec![(key(n), BasisPoints::ONE)],
        parents: parents.iter().map(|(parent, royalty)| (id(*parent), bps(*royalty))).collect(),
        royalties: RoyaltyMode::Relative,
        collection: None,
        mix: None,
        uses: uses::ALL,
        effective_slot: Slot(n),
        retired_from: None,
        disputed_from: None,
        changes: Vec::new(),
    }
}

/// A dataset without parents.
pub(crate) fn dataset(n: u64) -> Asset {
    asset(n, AssetKind::Dataset, &[])
}

/// A model.
pub(crate) fn model(n: u64, parents: &[(u64, u16)]) -> Asset {
    asset(n, AssetKind::Model, parents)
}

/// An agent.
pub(crate) fn agent(n: u64, parents: &[(u64, u16)]) -> Asset {
    asset(n, AssetKind::Agent, parents)
}

/// A policy set with this fee and default mix.
pub(crate) fn policy(fee: u16, mix: [u16; 5]) -> PolicySet {
    PolicySet {
        engine: crate::engine::ENGINE_VERSION,
        fee: bps(fee),
        fee_claimant: Claimant([0xfe; 32]),
        default_mix: Mix::from_bps(mix).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 4,
        frequency_weights: std::array::from_fn(|k| TOKEN_WEIGHT >> k),
        leaf_min: 0,
        similarity: Some(Similarity::STANDARD),
    }
}

/// The nth event of a gateway: a call of an agent that a model answered.
pub(crate) fn event(n: u64, agent: u64, model: u64, price: u64) -> UsageEvent {
    UsageEvent {
        position: EventPosition { gateway: GatewayId([7; 32]), generation: Generation(0), sequence: EventSeq(n) },
        vault: VaultId([8; 32]),
        payer: PayerId([9; 32]),
        mandate: MandateId([10; 32]),
        lease: CreditSeq(1),
        request: RequestId(bytes(3, n)),
        agent: id(agent),
        model: id(model),
        price: BaseUnits(price),
        graph_slot: Slot(1 << 20),
        at_ms: 0,
        uses: uses::ALL,
        sidecar: Commitment([0; 32]),
        evidence: Evidence::none(100),
    }
}

/// Verbatim evidence: assets and their weights out of `tokens` tokens.
pub(crate) fn verbatim(tokens: u32, weights: &[(u64, u32)]) -> Evidence {
    let mut pairs: Vec<_> = weights.iter().map(|(asset, weight)| (id(*asset), *weight)).collect();
    pairs.sort();
    Evidence::verbatim(tokens, pairs)
}

/// Datasets 0 to 5, models 6 to 9 and agents 10 to 12, with parents, royalties,
/// co-owners and mixes of all sorts. Claimants own several assets.
pub(crate) fn any_graph() -> impl Strategy<Value = Graph> {
    let owners = prop::collection::btree_map(0u64..8, 1u32..100, 1..4);
    let parents = prop::collection::vec((any::<prop::sample::Index>(), 0u16..=3_000), 0..4);
    let mix = prop::option::of(prop::array::uniform5(1u32..100));
    prop::collection::vec((owners, parents, mix), 13).prop_map(|parts| {
        let assets = parts.into_iter().enumerate().map(|(n, (owners, parents, mix))| {
            let n = n as u64;
            let (kind, allowed) = match n {
                0..=5 => (AssetKind::Dataset, 0..n),
                6..=9 => (AssetKind::Model, 0..n),
                _ => (AssetKind::Agent, 6..n),
            };
            let choices: Vec<u64> = allowed.collect();
            let mut chosen: BTreeMap<u64, u16> = BTreeMap::new();
            if !choices.is_empty() {
                chosen.extend(parents.iter().map(|(pick, royalty)| (*pick.get(&choices), *royalty)));
            }
            let parents: Vec<_> = chosen.into_iter().collect();
            let mut made = asset(n, kind, &parents);
            made.co_owners = whole(owners.values().copied())
                .into_iter()
                .zip(owners.keys())
                .map(|(share, owner)| (key(*owner), bps(share)))
                .collect();
            made.mix = mix.and_then(|weights| {
                let shares = whole(weights.into_iter());
                Mix::from_bps(std::array::from_fn(|n| shares[n]))
            });
            made
        });
        Graph::new(assets.collect()).unwrap()
    })
}

/// Basis points in about these proportions that sum to the whole.
fn whole(weights: impl Iterator<Item = u32>) -> Vec<u16> {
    let weights: Vec<u32> = weights.collect();
    let total: u32 = weights.iter().sum();
    let mut shares: Vec<u16> = weights.iter().map(|weight| (weight * 10_000 / total) as u16).collect();
    shares[0] += 10_000 - shares.iter().sum::<u16>();
    shares
}

/// Events on [`any_graph`], some of them void.
pub(crate) fn any_events() -> impl Strategy<Value = Vec<UsageEvent>> {
    let one = (10u64..13, 6u64..10, any::<u64>(), 0u32..40, prop::collection::btree_map(0u64..6, 1u32..1 << 17, 0..5));
    prop::collection::vec(one, 0..40).prop_map(|events| {
        let make = |(n, (agent, model, price, tokens, weights)): (usize, (_, _, u64, u32, BTreeMap<u64, u32>))| {
            let mut made = event(n as u64, agent, model, price >> (price % 60));
            let weights: Vec<_> = weights.into_iter().collect();
            made.evidence = verbatim(tokens, &weights);
            if made.evidence.check().is_err() {
                made.evidence = Evidence::none(tokens);
            }
            made
        };
        events.into_iter().enumerate().map(make).collect()
    })
}
