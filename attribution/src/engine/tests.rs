#![allow(clippy::unwrap_used)]
//! Who earns what of one payment: worked examples, and what holds for all.

use super::*;
use crate::sample::{agent, any_events, any_graph, bps, dataset, event, id, key, model, policy, verbatim};
use proptest::prelude::*;
use tributary_core::event::TOKEN_WEIGHT;
use tributary_core::policy::Mix;

mod exact;
mod second;

const UNIT: u128 = 1 << 32;
const DECLARED: [u16; 5] = [10_000, 0, 0, 0, 0];
const USED: [u16; 5] = [0, 10_000, 0, 0, 0];
const VERBATIM: [u16; 5] = [0, 0, 0, 10_000, 0];

/// Dataset 1 (owner 1) ← model 2 (owner 2) ← agent 3 (owner 3), with royalties.
fn chain(dataset_asks: u16, model_asks: u16) -> Graph {
    Graph::new(vec![dataset(1), model(2, &[(1, dataset_asks)]), agent(3, &[(2, model_asks)])]).unwrap()
}

fn earned(credits: &Credits, n: u64) -> u128 {
    credits.by_claimant.get(&key(n)).copied().unwrap_or_default().0
}

fn line(credits: &Credits, n: u64, asset: u64, policy: PolicyLabel) -> u128 {
    credits
        .lines
        .iter()
        .filter(|line| line.claimant == key(n) && line.asset == id(asset) && line.policy == policy)
        .map(|line| line.amount.0)
        .sum()
}

/// `docs/attribution.md`, *A worked example*.
#[test]
fn of_a_hundred_c_keeps_ninety_b_nine_and_a_half_and_a_half_a_unit() {
    // B asks 10 % of what C receives, A asks 5 % of what B receives.
    let graph = chain(500, 1_000);
    let credits = attribute(&event(0, 3, 2, 100), &graph, &policy(0, DECLARED)).unwrap();
    assert_eq!(earned(&credits, 3), 90 * UNIT);
    assert_eq!(earned(&credits, 2), 9 * UNIT + UNIT / 2);
    assert_eq!(earned(&credits, 1), UNIT / 2);
    assert_eq!(credits.fee, SubUnits::ZERO);
    assert_eq!(line(&credits, 3, 3, PolicyLabel::Declared), 90 * UNIT);
    assert_eq!(line(&credits, 1, 1, PolicyLabel::Royalty), UNIT / 2);
}

#[test]
fn the_fee_is_floored_and_the_rest_stays_with_the_contributors() {
    // 3.33 % of 1 base unit is not a whole number of sub-units.
    let credits = attribute(&event(0, 3, 2, 1), &chain(0, 0), &policy(333, DECLARED)).unwrap();
    assert_eq!(credits.fee, SubUnits(UNIT * 333 / 10_000));
    assert_eq!(credits.fee.0 + earned(&credits, 3), UNIT);
}

#[test]
fn a_diamond_pays_once_a_path() {
    let graph = Graph::new(vec![
        dataset(1),
        model(2, &[(1, 1_000)]),
        model(3, &[(1, 1_000)]),
        model(4, &[(2, 2_000), (3, 2_000)]),
        agent(5, &[(4, 5_000)]),
    ])
    .unwrap();
    let credits = attribute(&event(0, 5, 4, 1_000), &graph, &policy(0, DECLARED)).unwrap();
    // 1,000 → 500 to model 4 → 100 each to 2 and 3 → 10 each to dataset 1.
    assert_eq!([1, 2, 3, 4, 5].map(|n| earned(&credits, n) / UNIT), [20, 90, 90, 300, 500]);
}

#[test]
fn used_income_enters_at_the_model_and_never_meets_the_agent() {
    let credits = attribute(&event(0, 3, 2, 100), &chain(2_000, 1_000), &policy(0, USED)).unwrap();
    assert_eq!(earned(&credits, 3), 0);
    assert_eq!(line(&credits, 2, 2, PolicyLabel::Used), 80 * UNIT);
    assert_eq!(line(&credits, 1, 1, PolicyLabel::Royalty), 20 * UNIT);
}

#[test]
fn verbatim_income_goes_to_the_matched_assets_and_the_rest_to_the_models_owners() {
    let mut shared = model(3, &[(1, 5_000)]);
    shared.co_owners = vec![(key(3), bps(2_500)), (key(4), bps(7_500))];
    let graph = Graph::new(vec![dataset(1), dataset(2), shared, agent(5, &[(3, 1_000)])]).unwrap();
    let mut call = event(0, 5, 3, 1_000);
    // Of ten tokens, asset 1 has two and asset 2 one and a half: 6.5 are unmatched.
    call.evidence = verbatim(10, &[(1, 2 * TOKEN_WEIGHT), (2, 3 * TOKEN_WEIGHT / 2)]);
    let credits = attribute(&call, &graph, &policy(0, VERBATIM)).unwrap();
    assert_eq!(line(&credits, 1, 1, PolicyLabel::Verbatim), 200 * UNIT);
    assert_eq!(line(&credits, 2, 2, PolicyLabel::Verbatim), 150 * UNIT);
    // The model's own part owes its parents nothing.
    assert_eq!(line(&credits, 3, 3, PolicyLabel::Unmatched), 650 * UNIT / 4);
    assert_eq!(line(&credits, 4, 3, PolicyLabel::Unmatched), 650 * UNIT * 3 / 4);
    assert_eq!(earned(&credits, 5), 0);
}

#[test]
fn of_equal_remainders_the_asset_registered_first_gets_the_sub_unit() {
    // By address the later of these two comes first.
    let later = (2..100).find(|n| id(*n) < id(1)).unwrap();
    let graph = Graph::new(vec![dataset(1), dataset(later), model(200, &[]), agent(201, &[(200, 0)])]).unwrap();
    let mut call = event(0, 201, 200, 1);
    call.evidence = verbatim(3, &[(1, TOKEN_WEIGHT), (later, TOKEN_WEIGHT)]);
    let credits = attribute(&call, &graph, &policy(0, VERBATIM)).unwrap();
    // A third each leaves one sub-unit over.
    assert_eq!([1, later, 200].map(|n| earned(&credits, n)), [UNIT / 3 + 1, UNIT / 3, UNIT / 3]);
}

#[test]
fn without_evidence_the_verbatim_share_is_the_models_own() {
    let graph = chain(1_000, 1_000);
    for evidence in [tributary_core::event::Evidence::none(50), verbatim(50, &[]), verbatim(0, &[])] {
        let mut call = event(0, 3, 2, 100);
        call.evidence = evidence;
        let credits = attribute(&call, &graph, &policy(0, VERBATIM)).unwrap();
        assert_eq!(line(&credits, 2, 2, PolicyLabel::Unmatched), 100 * UNIT);
    }
}

#[test]
fn similar_and_reported_shares_take_the_declared_path_until_there_is_evidence_for_them() {
    let graph = chain(500, 1_000);
    let call = event(0, 3, 2, 100);
    let declared = attribute(&call, &graph, &policy(100, DECLARED)).unwrap();
    let others = attribute(&call, &graph, &policy(100, [0, 0, 6_000, 0, 4_000])).unwrap();
    assert_eq!(declared, others);
}

#[test]
fn a_models_own_mix_goes_before_the_default() {
    let mut mixed = model(2, &[]);
    mixed.mix = Mix::from_bps(USED);
    let graph = Graph::new(vec![mixed, agent(3, &[(2, 1_000)])]).unwrap();
    let credits = attribute(&event(0, 3, 2, 100), &graph, &policy(0, DECLARED)).unwrap();
    assert_eq!((earned(&credits, 2), earned(&credits, 3)), (100 * UNIT, 0));
}

#[test]
fn an_event_that_names_the_wrong_assets_earns_nobody_anything() {
    let graph = Graph::new(vec![dataset(1), model(2, &[]), agent(3, &[(2, 0)]), model(4, &[])]).unwrap();
    let policy = policy(0, DECLARED);
    let refused = |change: &dyn Fn(&mut UsageEvent)| {
        let mut call = event(0, 3, 2, 100);
        change(&mut call);
        attribute(&call, &graph, &policy).unwrap_err()
    };
    assert_eq!(refused(&|call| call.agent = id(9)), AttributionError::UnknownAsset(id(9)));
    assert_eq!(refused(&|call| call.model = id(9)), AttributionError::UnknownAsset(id(9)));
    assert_eq!(refused(&|call| call.evidence = verbatim(9, &[(9, 1)])), AttributionError::UnknownAsset(id(9)));
    assert_eq!(refused(&|call| call.agent = id(2)), AttributionError::WrongKind { asset: id(2), expected: "an agent" });
    assert_eq!(refused(&|call| call.model = id(1)), AttributionError::WrongKind { asset: id(1), expected: "a model" });
    assert_eq!(
        refused(&|call| call.evidence = verbatim(9, &[(3, 1)])),
        AttributionError::WrongKind { asset: id(3), expected: "a dataset" }
    );
    assert_eq!(refused(&|call| call.model = id(4)), AttributionError::ForeignModel { agent: id(3), model: id(4) });
    assert_eq!(
        refused(&|call| call.graph_slot = Slot(2)),
        AttributionError::FutureAsset { asset: id(3), graph_slot: Slot(2) }
    );
    let twice = |call: &mut UsageEvent| {
        call.evidence = verbatim(9, &[(1, 1)]);
        call.evidence.pairs.push((id(1), 1));
    };
    assert!(matches!(refused(&twice), AttributionError::Evidence(DecodeError::Order(_))));
    let heavy = |call: &mut UsageEvent| call.evidence = verbatim(1, &[(1, TOKEN_WEIGHT + 1)]);
    assert!(matches!(refused(&heavy), AttributionError::Evidence(DecodeError::Value(_))));
}

#[test]
fn a_policy_set_of_engine_two_that_lacks_its_numbers_is_refused() {
    let mut other = policy(0, DECLARED);
    other.similarity = None;
    assert_eq!(attribute(&event(0, 3, 2, 1), &chain(0, 0), &other), Err(AttributionError::Similarity(2)));
}

#[test]
fn another_engines_policy_set_is_refused() {
    let mut other = policy(0, DECLARED);
    other.engine = ENGINE_VERSION + 1;
    let refused = attribute(&event(0, 3, 2, 1), &chain(0, 0), &other);
    assert_eq!(refused, Err(AttributionError::Engine(ENGINE_VERSION + 1)));
}

#[test]
fn the_dearest_call_is_split_without_overflow() {
    let mut call = event(0, 3, 2, u64::MAX);
    call.evidence = verbatim(65_535, &[(1, u32::MAX - 70_000)]);
    let credits = attribute(&call, &chain(500, 1_000), &policy(9_999, [2_000; 5])).unwrap();
    let sum: u128 = credits.by_claimant.values().map(|amount| amount.0).sum();
    assert_eq!(credits.fee.0 + sum, u128::from(u64::MAX) << 32);
}

proptest! {
    #[test]
    fn conservation_every_sub_unit_of_the_price_is_credited_once(
        graph in any_graph(), events in any_events(), fee in 0u16..=10_000, mix in 0usize..4,
    ) {
        let mix = [DECLARED, USED, VERBATIM, [3_000, 1_000, 1_000, 4_000, 1_000]][mix];
        for call in &events {
            let Ok(credits) = attribute(call, &graph, &policy(fee, mix)) else { continue };
            let by_claimant: u128 = credits.by_claimant.values().map(|amount| amount.0).sum();
            let by_line: u128 = credits.lines.iter().map(|line| line.amount.0).sum();
            prop_assert_eq!(by_claimant, by_line);
            prop_assert_eq!(credits.fee.0 + by_claimant, u128::from(call.price.0) << 32);
            prop_assert!(credits.lines.iter().all(|line| line.amount.0 > 0), "the null player earns no line");
            prop_assert!(credits.lines.windows(2).all(|two| two[0] < two[1]));
        }
    }

    #[test]
    fn where_nothing_new_is_used_both_engines_credit_the_same(
        graph in any_graph(), events in any_events(), fee in 0u16..=10_000, mix in 0usize..4,
    ) {
        let mix = [DECLARED, USED, VERBATIM, [3_000, 1_000, 1_000, 4_000, 1_000]][mix];
        let second = policy(fee, mix);
        let first = PolicySet { engine: 1, similarity: None, ..second.clone() };
        for call in &events {
            prop_assert_eq!(attribute(call, &graph, &first), attribute(call, &graph, &second));
        }
    }

    #[test]
    fn inflow_equals_outflow_and_each_parent_receives_its_quota(
        graph in any_graph(), pick in any::<prop::sample::Index>(), amount in 1u128..1 << 96,
    ) {
        // One asset's inflow, one step at a time: what its parents receive plus
        // what its owners keep is the inflow, each within a sub-unit of its share.
        let at = pick.index(graph.assets().len());
        let asset = &graph.assets()[at];
        let policy = policy(0, DECLARED);
        let mut attributor = Attributor::new(&graph, &policy).unwrap();
        let mut paid: Vec<(usize, PolicyLabel, u128)> = Vec::new();
        attributor.enter(at, PolicyLabel::Declared, amount, &mut paid);
        attributor.pass_on(&mut paid);
        prop_assert_eq!(paid.iter().map(|part| part.2).sum::<u128>(), amount);
        let kept: u128 = paid.iter().filter(|part| part.1 == PolicyLabel::Declared).map(|part| part.2).sum();
        let royalties: u128 = asset.parents.iter().map(|(_, share)| u128::from(share.get())).sum();
        let exact = amount / 10_000 * (10_000 - royalties) + amount % 10_000 * (10_000 - royalties) / 10_000;
        prop_assert!(kept == exact || kept == exact + 1);
    }

    #[test]
    fn a_null_player_an_asset_no_path_reaches_earns_nothing(graph in any_graph(), events in any_events()) {
        for call in &events {
            let Ok(credits) = attribute(call, &graph, &policy(500, [4_000, 2_000, 0, 4_000, 0])) else { continue };
            let reached = |asset: &AssetId| {
                let at = graph.position(asset).unwrap();
                let entries = [call.agent, call.model].into_iter().chain(call.evidence.pairs.iter().map(|pair| pair.0));
                entries.into_iter().any(|entry| {
                    entry == *asset || graph.descends(graph.position(&entry).unwrap(), at)
                })
            };
            for line in &credits.lines {
                prop_assert!(reached(&line.asset), "{} was not reached", line.asset);
                let owners = &graph.get(&line.asset).unwrap().co_owners;
                prop_assert!(owners.iter().any(|(owner, _)| *owner == line.claimant));
            }
        }
    }

    #[test]
    fn wash_bound_nobody_receives_more_than_payments_without_the_fee(
        graph in any_graph(), events in any_events(), fee in 1u16..=10_000, washer in 0u64..8,
    ) {
        // A washer pays for every event itself and owns what it likes.
        let (mut paid, mut received) = (0u128, 0u128);
        for call in &events {
            let Ok(credits) = attribute(call, &graph, &policy(fee, [2_500, 2_500, 0, 5_000, 0])) else { continue };
            paid += u128::from(call.price.0) << 32;
            received += earned(&credits, washer);
        }
        // (1 − fee) × payments, rounded up once an event because fees are floored.
        let bound = paid - paid / 10_000 * u128::from(fee) - paid % 10_000 * u128::from(fee) / 10_000;
        prop_assert!(received <= bound + events.len() as u128);
    }
}
