//! A small epoch under each engine, to the byte: an old epoch is recomputed with
//! its own engine for ever. A value here may only change for an engine that no
//! root was computed with yet.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use tributary_attribution::graph::{Asset, Graph, Membership, RoyaltyMode};
use tributary_attribution::{attribute_all, settle};
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::content::{AssetKind, uses};
use tributary_core::domain::Domain;
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, UsageEvent};
use tributary_core::id::{
    AssetId, Claimant, CollectionId, Commitment, GatewayId, MandateId, PayerId, RequestId, VaultId,
};
use tributary_core::leaf::LeafClass;
use tributary_core::leaf_file::{LeafFile, file_hash};
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{AssetSeq, CreditSeq, Epoch, EventSeq, Generation, Slot};

fn bps(value: u16) -> BasisPoints {
    BasisPoints::new(value).unwrap()
}

fn asset(n: u8, kind: AssetKind, parents: &[(u8, u16)]) -> Asset {
    Asset {
        asset: AssetId([n; 32]),
        seq: AssetSeq::compose(Slot(n.into()), 0, 0).unwrap(),
        kind,
        owner: Claimant([n; 32]),
        co_owners: vec![(Claimant([n; 32]), bps(7_001)), (Claimant([99; 32]), bps(2_999))],
        parents: parents.iter().map(|(parent, royalty)| (AssetId([*parent; 32]), bps(*royalty))).collect(),
        royalties: RoyaltyMode::Relative,
        collection: None,
        mix: None,
        uses: uses::ALL,
        effective_slot: Slot(n.into()),
        retired_from: None,
        disputed_from: None,
        changes: Vec::new(),
    }
}

fn assets() -> Vec<Asset> {
    vec![
        asset(1, AssetKind::Dataset, &[]),
        asset(2, AssetKind::Dataset, &[(1, 333)]),
        asset(3, AssetKind::Model, &[(1, 777), (2, 1_111)]),
        asset(4, AssetKind::Model, &[(3, 1_234)]),
        asset(5, AssetKind::Agent, &[(3, 500), (4, 2_500)]),
    ]
}

/// Calls of both models, with spans in every second answer.
fn events() -> Vec<UsageEvent> {
    (0..50u64)
        .map(|n| UsageEvent {
            position: EventPosition { gateway: GatewayId([7; 32]), generation: Generation(0), sequence: EventSeq(n) },
            vault: VaultId([8; 32]),
            payer: PayerId([9; 32]),
            mandate: MandateId([10; 32]),
            lease: CreditSeq(1),
            request: RequestId([n as u8; 32]),
            agent: AssetId([5; 32]),
            model: AssetId([3 + (n % 2) as u8; 32]),
            price: BaseUnits(n * n * 7_919 + 1),
            graph_slot: Slot(100),
            at_ms: 0,
            uses: uses::ALL,
            sidecar: Commitment([0; 32]),
            evidence: match n % 4 {
                0 => Evidence::none(10),
                _ => Evidence::verbatim(
                    10,
                    vec![(AssetId([1; 32]), TOKEN_WEIGHT * 3), (AssetId([2; 32]), TOKEN_WEIGHT + n as u32)],
                ),
            },
        })
        .collect()
}

/// The hash of the epoch's leaf file, and what was held.
fn epoch(engine: u16, assets: Vec<Asset>, events: &[UsageEvent]) -> (String, u128) {
    let policy = PolicySet {
        engine,
        fee: bps(333),
        fee_claimant: Claimant([100; 32]),
        default_mix: Mix::from_bps([1_500, 1_500, 2_000, 4_500, 500]).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 8,
        frequency_weights: [TOKEN_WEIGHT; 16],
        leaf_min: 1,
        similarity: (engine > 1).then_some(Similarity::STANDARD),
    };
    let all = attribute_all(events, &Graph::new(assets).unwrap(), &policy).unwrap();
    assert!(all.void.is_empty());
    let mut credits: BTreeMap<_, _> =
        all.sum.earned.iter().map(|(claimant, amount)| ((LeafClass::Earned, *claimant), *amount)).collect();
    credits.insert((LeafClass::Fee, policy.fee_claimant), all.sum.fee);
    let settled = settle(&BTreeMap::new(), &credits, BaseUnits(policy.leaf_min)).unwrap();
    let file = LeafFile::new(Domain([5; 32]), Epoch(1), 0, settled.leaves).unwrap();
    let tree = file.tree().unwrap();
    (file_hash(&file.encode(&tree)).to_string(), all.sum.held.values().map(|amount| amount.0).sum())
}

#[test]
fn engine_one_computes_what_it_always_computed() {
    let (hash, held) = epoch(1, assets(), &events());
    assert_eq!(hash, "541cd3875ad68fb2853b73524eb2e6f2b0c179f844ac2d69e4c1dc9288f79f13");
    assert_eq!(held, 0);
}

#[test]
fn engine_two_computes_the_same_where_nothing_new_is_used() {
    assert_eq!(epoch(2, assets(), &events()), epoch(1, assets(), &events()));
}

#[test]
fn engine_two_computes_what_it_computed_with_all_that_it_knows() {
    let mut assets = assets();
    assets[1].collection =
        Some(Membership { collection: CollectionId([6; 32]), curator: Claimant([66; 32]), share: bps(1_234) });
    assets[2].royalties = RoyaltyMode::Absolute;
    assets[0].disputed_from = Some(Slot(50));
    let mut events = events();
    for (n, event) in (1u32..).zip(&mut events).step_by(3) {
        event.evidence.similar = vec![(AssetId([1; 32]), n), (AssetId([2; 32]), 1_000)];
    }
    let (hash, held) = epoch(2, assets, &events);
    assert_eq!(hash, "2646cd493dfe7aac5a28515e8a8185f4f1499cc831f26c2a2c49613774d166cf");
    assert_eq!(held, 202_149_958_423_941_173);
}
